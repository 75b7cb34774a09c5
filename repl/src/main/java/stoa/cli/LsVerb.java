package stoa.cli;

import stoa.host.Host;
import stoa.repl.view.ModuleText;
import stoa.value.Value;

/// `stoa ls`: all modules, none of them loaded for it.
record LsVerb(CommandLine line, Situation situation) {

  int run() {
    line.atMost(0);
    Report report = Report.of(line, situation);
    try (Host host = new EmbeddedHost(line, situation).start()) {
      Value modules = host.module("stoa").call("list");
      report.print(
          modules, () -> new ModuleText(situation.streams().outPaint(), 120).list(modules));
    }
    return ExitCode.DONE;
  }
}
