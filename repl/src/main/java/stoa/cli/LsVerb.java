package stoa.cli;

import java.io.IOException;
import stoa.repl.view.ModuleText;
import stoa.value.Value;

/// `stoa ls`: all modules, none of them loaded for it.
record LsVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    line.atMost(0);
    Report report = Report.of(line, situation);
    return new HostAccess(line, situation)
        .use(host -> {
          Value modules = host.module("stoa").call("list");
          report.print(
              modules, () -> new ModuleText(situation.streams().outPaint(), 120).list(modules));
          return ExitCode.DONE;
        });
  }
}
