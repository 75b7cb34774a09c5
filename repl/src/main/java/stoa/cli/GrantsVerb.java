package stoa.cli;

import java.io.IOException;
import java.util.Optional;
import stoa.repl.line.Word;
import stoa.repl.view.GrantText;
import stoa.value.Value;

/// `stoa grants`: what modules may do, and what they ask for.
record GrantsVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    Report report = Report.of(line, situation);
    GrantAccess access = GrantAccess.of(line, situation);
    return access.use(stoa -> {
      Object[] name = line.words().stream().limit(1).map(Word::typed).toArray();
      Value told = stoa.call("grants", name);
      report.print(told, () -> text(told));
      access.place();
      Optional<String> problem = access.home().problem();
      problem.ifPresent(why ->
          situation.streams().remark(situation.streams().errPaint().error("error:") + " " + why));
      return problem.isPresent() ? ExitCode.CALL_FAILED : ExitCode.DONE;
    });
  }

  private String text(Value told) {
    return told.asList().isEmpty()
        ? GrantText.NOTHING
        : GrantText.table(told, situation.streams().outPaint(), 120);
  }
}
