package stoa.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.cli.stubs.Stubs;
import stoa.module.ModuleInfo;
import stoa.repl.view.ModuleCard;

/// `stoa stubs`: typed client code from what a module says of itself.
record StubsVerb(CommandLine line, Situation situation) {

  int run() throws IOException, InterruptedException {
    line.atMost(1);
    String name = line.target();
    int dot = name.indexOf('.');
    if (dot >= 0) {
      throw new UsageException(
          "`" + name + "` is no module.",
          "Stubs are written for all methods of one: `stoa stubs %s`."
              .formatted(name.substring(0, dot)));
    }
    Stubs language = language();
    return new HostAccess(line, situation)
        .use(host -> {
          ModuleInfo module = ModuleCard.of(host.module("stoa").call("describe", name)).info();
          if (module.methods().isEmpty()) {
            throw new FailureException(silent(name));
          }
          situation.streams().out().line(language.of(module));
          return ExitCode.DONE;
        });
  }

  private Stubs language() {
    String known =
        Arrays.stream(Stubs.values()).map(Stubs::id).collect(Collectors.joining("`, `", "`", "`"));
    String id =
        line.value(Flag.LANG)
            .orElseThrow(() ->
                new UsageException(
                    "`--lang` is missing: the language of the code to write.",
                    "Write one of " + known + "."));
    return Stubs.named(id)
        .orElseThrow(() ->
            new UsageException(
                "there are no stubs in the language `" + id + "`.", "Write one of " + known + "."));
  }

  private static Failure silent(String module) {
    return Failure.of(
        Code.UNSUPPORTED,
        "module `" + module + "` does not say what methods it has, so there is nothing to write.",
        "A script must export functions; a program names its methods in `Welcome` or `Hello`.");
  }
}
