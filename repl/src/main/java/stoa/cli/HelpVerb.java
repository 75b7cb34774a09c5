package stoa.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import stoa.call.Suggestion;
import stoa.repl.view.Paint;

/// `stoa help`: all verbs, or one.
record HelpVerb(CommandLine line, Situation situation) {

  int run() {
    line.atMost(1);
    return line.words().isEmpty() ? about(Verb.HELP) : print(verb(verbNamed(line.target())));
  }

  /// What `--help` after a verb shows.
  int about(Verb verb) {
    return print(verb == Verb.HELP || verb == Verb.SHELL ? overview() : verb(verb));
  }

  private static Verb verbNamed(String name) {
    return Verb.named(name)
        .orElseThrow(() ->
            new UsageException(
                "`" + name + "` is no verb of stoa.",
                Suggestion.of(name, Arrays.stream(Verb.values()).map(Verb::text).toList())
                    .orElse("`stoa help` lists what there is.")));
  }

  private int print(List<String> lines) {
    situation.streams().out().line(String.join("\n", lines));
    return ExitCode.DONE;
  }

  private List<String> overview() {
    List<String> lines = new ArrayList<>();
    lines.add("Stoa calls functions of JavaScript and Python files, and of programs, by name.");
    lines.add("");
    verbs("Use modules", lines, Verb.SHELL, Verb.CALL, Verb.RUN, Verb.BATCH);
    verbs("See what there is", lines, Verb.LS, Verb.DESCRIBE, Verb.STUBS, Verb.REFERENCES);
    verbs("Work on modules", lines, Verb.DEV, Verb.RELOAD, Verb.WHY, Verb.DOCTOR);
    verbs(
        "What modules may do", lines, Verb.GRANT, Verb.GRANTS, Verb.REVOKE, Verb.AUDIT, Verb.TRUST);
    verbs("The host", lines, Verb.STATUS, Verb.START, Verb.STOP, Verb.HOST);
    verbs("The rest", lines, Verb.CONFORM, Verb.HELP, Verb.VERSION);
    lines.add(paint().bold("Options of every verb"));
    flags(Flag.COMMON, lines);
    lines.add("");
    lines.add(paint().bold("To begin"));
    lines.add("  mkdir modules");
    lines.add("  echo 'export const hello = (name) => `Hello ${name}!`' > modules/greet.js");
    lines.add("  stoa call greet.hello you --modules modules");
    lines.add("");
    lines.add(
        "Exit codes: 0 done, 1 the call failed, 2 usage, 69 no such module or it cannot be loaded,");
    lines.add("70 a fault of Stoa, 124 deadline, 130 cancelled. The shell has help of its own.");
    return lines;
  }

  private void verbs(String title, List<String> lines, Verb... verbs) {
    lines.add(paint().bold(title));
    for (Verb verb : verbs) {
      lines.add("  " + paint().name("%-34s".formatted(verb.usage())) + " " + verb.summary());
    }
    lines.add("");
  }

  private List<String> verb(Verb verb) {
    List<String> lines = new ArrayList<>();
    lines.add(paint().bold(verb.usage()));
    lines.add("  " + verb.summary());
    if (verb == Verb.CALL || verb == Verb.RUN) {
      lines.add("");
      lines.add(
          "  ARG is JSON where it parses as JSON, else text. name=value is a named argument.");
      lines.add("  After -- nothing is an option or a named argument.");
    }
    if (!verb.own().isEmpty()) {
      lines.add("");
      lines.add(paint().bold("Options"));
      flags(verb.own(), lines);
    }
    lines.add("");
    lines.add(paint().bold("Options of every verb"));
    flags(Flag.COMMON, lines);
    lines.add("");
    lines.add(paint().bold("Examples"));
    verb.examples().forEach(example -> lines.add("  " + example));
    return lines;
  }

  private void flags(Set<Flag> flags, List<String> lines) {
    for (Flag flag : flags) {
      String usage = (flag.text() + " " + flag.value()).strip();
      lines.add("  " + paint().name("%-18s".formatted(usage)) + " " + flag.summary());
    }
  }

  private Paint paint() {
    return situation.streams().outPaint();
  }
}
