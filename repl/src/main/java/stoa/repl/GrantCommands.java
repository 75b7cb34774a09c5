package stoa.repl;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import stoa.call.Invoker;
import stoa.client.ModuleClient;
import stoa.repl.grant.Asking;
import stoa.repl.grant.GrantWords;
import stoa.repl.line.LineSyntaxException;
import stoa.repl.line.Word;
import stoa.repl.line.Words;
import stoa.repl.view.AuditText;
import stoa.repl.view.GrantText;
import stoa.value.Value;

/// The commands about what modules may do.
///
/// @param asking empty: nobody can be asked
record GrantCommands(Screen screen, Supplier<Invoker> host, Optional<Asking> asking) {

  ModuleClient stoa() {
    return new ModuleClient(host.get(), "stoa");
  }

  void grant(String rest) throws LineSyntaxException {
    GrantWords words = words(Command.GRANT, rest, GrantWords.Reader::grants);
    List<String> wanted = words.grants().isEmpty() ? asked(words.module()) : words.grants();
    if (!wanted.isEmpty()) {
      Value told = stoa().call("grant", words.module(), wanted);
      screen.result(GrantText.granted(words.module(), told));
      new GrantWords(words.module(), wanted).notes().forEach(screen::remark);
    }
  }

  /// What the module asks for, if the person agrees; else nothing.
  private List<String> asked(String module) {
    List<String> asked = GrantWords.askedBy(stoa(), module);
    if (asked.isEmpty()) {
      screen.remark(GrantText.asksForNothing(module, "grant"));
      return asked;
    }
    screen.remark(GrantText.asksFor(module, asked));
    if (asking.isEmpty()) {
      throw new IllegalArgumentException(
          "nobody can be asked here: write `grant %s %s`"
              .formatted(module, String.join(" ", asked)));
    }
    return asking.get().agrees("Grant all of it?") ? asked : List.of();
  }

  void list(String module) {
    Value told = module.isEmpty() ? stoa().call("grants") : stoa().call("grants", module);
    screen.result(
        told.asList().isEmpty()
            ? GrantText.NOTHING
            : GrantText.table(told, screen.paint(), screen.columns().getAsInt()));
  }

  void revoke(String rest) throws LineSyntaxException {
    GrantWords words = words(Command.REVOKE, rest, GrantWords.Reader::revoked);
    Value told = stoa().call("revoke", words.module(), words.grants());
    screen.result(GrantText.revoked(words.module(), told));
  }

  void audit(String module) {
    Value told = stoa().call("audit", module);
    screen.result(new AuditText(screen.paint(), screen.columns().getAsInt()).of(told));
  }

  private static GrantWords words(
      Command command, String rest, BiFunction<GrantWords.Reader, List<String>, GrantWords> read)
      throws LineSyntaxException {
    GrantWords.Reader reader =
        new GrantWords.Reader(
            command.word(),
            Path.of("").toAbsolutePath(),
            Path.of(System.getProperty("user.home", "/")));
    return read.apply(reader, Words.read(rest).stream().map(Word::typed).toList());
  }
}
