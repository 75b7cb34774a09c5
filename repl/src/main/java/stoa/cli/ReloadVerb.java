package stoa.cli;

import java.io.IOException;
import stoa.repl.view.Changes;
import stoa.value.Value;

/// `stoa reload`: loads a module anew from its file, and tells what is different.
record ReloadVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    String name = line.target();
    Report report = Report.of(line, situation);
    return new HostAccess(line, situation)
        .use(host -> {
          Value told = host.module("stoa").call("reload", name);
          report.print(told, () -> name + " loaded anew: " + Changes.text(told));
          return ExitCode.DONE;
        });
  }
}
