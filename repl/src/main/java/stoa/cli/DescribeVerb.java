package stoa.cli;

import java.io.IOException;
import java.util.List;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Suggestion;
import stoa.repl.view.ModuleCard;
import stoa.repl.view.ModuleText;
import stoa.value.Value;

/// `stoa describe`: what a module, or one method of it, says of itself.
record DescribeVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    String name = line.target();
    int dot = name.indexOf('.');
    String module = dot < 0 ? name : name.substring(0, dot);
    Report report = Report.of(line, situation);
    return new HostAccess(line, situation)
        .use(host -> {
          Value told = host.module("stoa").call("describe", module);
          if (dot < 0) {
            report.print(told, () -> shown().of(ModuleCard.of(told)));
          } else {
            Target target = Target.of(name);
            report.print(method(told, target), () -> text(told, target));
          }
          return ExitCode.DONE;
        });
  }

  private static Value method(Value told, Target target) {
    return told.at("methods").asList().stream()
        .filter(m -> m.at("name").asText().equals(target.method()))
        .findFirst()
        .orElseThrow(() -> new FailureException(noSuchMethod(told, target)));
  }

  private String text(Value told, Target target) {
    return shown()
        .of(
            target.module(),
            ModuleCard.of(told).info().method(target.method()).orElseThrow(),
            "stoa call ");
  }

  /// As the module itself would say it, if it were called.
  static Failure noSuchMethod(Value told, Target target) {
    List<String> known =
        told.at("methods").asList().stream().map(m -> m.at("name").asText()).toList();
    return Failure.of(
        Code.NO_SUCH_METHOD,
        "module `%s` has no method `%s`.".formatted(target.module(), target.method()),
        Suggestion.of(target.method(), known).orElse("It has " + String.join(", ", known) + "."));
  }

  private ModuleText shown() {
    return new ModuleText(situation.streams().outPaint(), 100);
  }
}
