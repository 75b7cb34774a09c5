package stoa.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import stoa.daemon.HostFinder;
import stoa.host.RunningHost;
import stoa.repl.view.Paint;
import stoa.repl.view.StatusText;
import stoa.value.Value;

/// `stoa status`: whether the host of the home runs, and how it is doing. Starts nothing.
record StatusVerb(CommandLine line, Situation situation) {
  int run() throws IOException, InterruptedException {
    line.atMost(0);
    Report report = Report.of(line, situation);
    HostFinder finder = BackgroundHost.finder(line, situation);
    Optional<RunningHost> running = finder.running();
    if (running.isEmpty()) {
      report.print(
          Value.of(Map.of("running", false)),
          () -> "no host runs for " + situation.homes().modules(line));
      return ExitCode.UNAVAILABLE;
    }
    try (RunningHost host = running.get()) {
      Value told = host.module("stoa").call("status");
      report.print(told, () -> text(finder, told));
    }
    return ExitCode.DONE;
  }

  private String text(HostFinder finder, Value told) {
    Paint paint = situation.streams().outPaint();
    return "socket        " + finder.folder().socket() + "\n" + new StatusText(paint, 120).of(told);
  }
}
