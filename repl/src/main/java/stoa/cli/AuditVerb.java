package stoa.cli;

import java.io.IOException;
import stoa.repl.view.AuditText;
import stoa.value.Value;

/// `stoa audit`: what a module offers, what it may reach, what it has used of that, and which of
/// its objects others hold.
record AuditVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    String name = line.target();
    Report report = Report.of(line, situation);
    return new HostAccess(line, situation)
        .use(host -> {
          Value told = host.module("stoa").call("audit", name);
          report.print(told, () -> new AuditText(situation.streams().outPaint(), 120).of(told));
          return ExitCode.DONE;
        });
  }
}
