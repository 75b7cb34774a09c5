package stoa.repl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Suggestion;
import stoa.module.MethodInfo;
import stoa.repl.line.LineSyntaxException;
import stoa.repl.view.Changes;
import stoa.repl.view.ModuleCard;
import stoa.repl.view.Paint;
import stoa.repl.view.StatusText;
import stoa.value.Value;

/// The commands that ask the host, and help.
final class Commands {
  private final Screen screen;
  private final Names names;
  private final GrantCommands grants;
  private final Supplier<List<String>> history;

  /// @param history what was typed before, oldest first
  Commands(Screen screen, Names names, GrantCommands grants, Supplier<List<String>> history) {
    this.screen = screen;
    this.names = names;
    this.grants = grants;
    this.history = history;
  }

  void run(Command command, String rest) throws LineSyntaxException {
    switch (command) {
      case HELP -> help(rest);
      case LS -> screen.result(screen.modules().list(ask("list")));
      case DESCRIBE -> describe(needed(command, rest));
      case LOAD -> {
        ModuleCard card = ModuleCard.of(ask("load", needed(command, rest)));
        names.forget(rest);
        int methods = card.info().methods().size();
        screen.remark("loaded `%s`: %d methods".formatted(rest, methods));
      }
      case RELOAD -> {
        Value told = ask("reload", needed(command, rest));
        names.forget(rest);
        screen.remark("reloaded `%s`: %s".formatted(rest, Changes.text(told)));
      }
      case UNLOAD -> {
        boolean was = ask("unload", needed(command, rest)).asBoolean();
        names.forget(rest);
        screen.remark(was ? "unloaded `" + rest + "`" : "`" + rest + "` was not loaded");
      }
      case STATUS ->
          screen.result(
              new StatusText(screen.paint(), screen.columns().getAsInt()).of(ask("status")));
      case GRANT -> grants.grant(needed(command, rest));
      case GRANTS -> grants.list(rest);
      case REVOKE -> grants.revoke(needed(command, rest));
      case AUDIT -> grants.audit(needed(command, rest));
      case HISTORY -> history.get().forEach(screen::result);
      case TIME, LAST, JS, PY, EXIT -> throw new IllegalStateException("not for here");
    }
  }

  private Value ask(String method, Object... arguments) {
    return grants.stoa().call(method, arguments);
  }

  static String needed(Command command, String rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException(
          "say what to " + command.word() + ": `" + command.usage() + "`");
    }
    return rest;
  }

  private void describe(String name) {
    int dot = name.indexOf('.');
    String module = dot < 0 ? name : name.substring(0, dot);
    ModuleCard card = ModuleCard.of(ask("describe", module));
    if (dot < 0) {
      screen.result(screen.modules().of(card));
    } else {
      MethodInfo method = method(card, name.substring(dot + 1));
      screen.result(screen.modules().of(module, method, ""));
    }
  }

  private static MethodInfo method(ModuleCard card, String name) {
    List<String> known = card.info().methods().stream().map(MethodInfo::name).toList();
    return card.info()
        .method(name)
        .orElseThrow(() ->
            new FailureException(
                Failure.of(
                    Code.NO_SUCH_METHOD,
                    "module `%s` has no method `%s`.".formatted(card.info().name(), name),
                    Suggestion.of(name, known)
                        .orElse("It has " + String.join(", ", known) + "."))));
  }

  private void help(String name) {
    Optional<Command> command = Command.named(name);
    if (name.isEmpty()) {
      screen.result(page(screen.paint()));
    } else if (command.isPresent()) {
      screen.result(screen.paint().bold(command.get().usage()) + "\n  " + command.get().summary());
    } else {
      describe(name);
    }
  }

  private static String page(Paint paint) {
    List<String> lines = new ArrayList<>();
    lines.add(paint.bold("Calls"));
    lines.add("  words.count \"to be or not\" least=2     text in quotes, JSON, name=value");
    lines.add(
        "  words.count {\"a\": [1, 2]} _            JSON may contain spaces; _ is the last result");
    lines.add("  words.count(\"to be\", least=2)          the same, as in most languages");
    lines.add("");
    lines.add(paint.bold("Commands"));
    for (Command command : Command.values()) {
      lines.add("  " + paint.name("%-26s".formatted(command.usage())) + command.summary());
    }
    lines.add("");
    lines.add(paint.bold("Keys"));
    lines.add(
        "  Tab completes; Ctrl-C ends the running call and nothing else; Ctrl-R searches what was typed.");
    return String.join("\n", lines);
  }

  void welcome(Mode mode) {
    if (screen.interactive()) {
      screen.remark(
          screen
              .paint()
              .faint(
                  mode == Mode.JS
                      ? "JavaScript: `await words.count(\"a b\")` calls a module; .exit or Ctrl-D goes back"
                      : "Python: `words.count(\"a b\")` calls a module; .exit or Ctrl-D goes back"));
    }
  }

  /// One word that is no command and no call: the name of a module, or a slip.
  void neitherCommandNorCall(String word) {
    List<String> modules = names.modules(Duration.ofSeconds(2));
    if (modules.contains(word)) {
      describe(word);
      return;
    }
    List<String> known = new ArrayList<>(modules);
    for (Command command : Command.values()) {
      known.add(command.word());
    }
    throw new IllegalArgumentException(
        "`%s` is neither a command nor a call. %s"
            .formatted(
                word,
                Suggestion.of(word, known)
                    .orElse("Calls are `module.method ARGUMENT...`; `help` shows everything")));
  }
}
