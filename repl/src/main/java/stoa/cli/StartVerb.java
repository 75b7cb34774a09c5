package stoa.cli;

import java.io.IOException;
import java.util.Map;
import stoa.client.Modules;
import stoa.daemon.HostFinder;
import stoa.value.Value;

/// `stoa start`: sees to it that the host of the home runs, and tells where. For people who want it
/// warm, and for SDKs that have no way of their own to start one.
record StartVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    line.atMost(0);
    Report report = Report.of(line, situation);
    HostFinder finder = BackgroundHost.finder(line, situation);
    try (Modules _ = finder.find()) {
      String socket = finder.folder().socket().toString();
      report.print(Value.of(Map.of("socket", socket)), () -> socket);
    }
    return ExitCode.DONE;
  }
}
