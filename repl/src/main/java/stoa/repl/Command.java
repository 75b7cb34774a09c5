package stoa.repl;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What can be typed besides calls.
enum Command {
  HELP("[NAME]", Takes.ANYTHING, "this page; what a command, a module or a method does"),
  LS("", Takes.NOTHING, "all modules"),
  DESCRIBE("NAME[.METHOD]", Takes.NAME, "what a module or a method says of itself"),
  LOAD("NAME", Takes.MODULE, "loads a module now instead of at its first call"),
  UNLOAD("NAME", Takes.MODULE, "ends a module; its next call loads it again"),
  RELOAD("NAME", Takes.MODULE, "loads a module anew from its file"),
  GRANT(
      "NAME [KIND=VALUE...]",
      Takes.GRANTS,
      "lets a module do something more; without KIND=VALUE all that it asks for"),
  GRANTS("[NAME]", Takes.MODULE, "what modules may do, and what they ask for"),
  REVOKE(
      "NAME [KIND[=VALUE]...]",
      Takes.GRANTS,
      "takes away what a module was granted: a grant, all of a kind, or all"),
  AUDIT("NAME", Takes.MODULE, "what a module offers, what it may reach, and what it did with that"),
  STATUS("", Takes.NOTHING, "how the host runs"),
  TIME("CALL", Takes.CALL, "makes a call and says how long it took"),
  LAST("", Takes.NOTHING, "all of the last result, which is `_` as an argument"),
  JS(
      "[CODE]",
      Takes.NOTHING,
      "evaluates JavaScript with the modules at hand; without code: until .exit"),
  PY("[CODE]", Takes.NOTHING, "the same with Python"),
  HISTORY("", Takes.NOTHING, "what was typed before; Ctrl-R searches it"),
  EXIT("", Takes.NOTHING, "ends the shell; so do quit and Ctrl-D");

  /// What may follow a command.
  enum Takes {
    NOTHING,
    MODULE,
    NAME,
    CALL,
    GRANTS,
    ANYTHING
  }

  private final String rest;
  private final Takes takes;
  private final String summary;

  Command(String rest, Takes takes, String summary) {
    this.rest = rest;
    this.takes = takes;
    this.summary = summary;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String usage() {
    return rest.isEmpty() ? word() : word() + " " + rest;
  }

  Takes takes() {
    return takes;
  }

  /// Whether nothing may follow.
  boolean isAlone() {
    return takes == Takes.NOTHING && rest.isEmpty();
  }

  String summary() {
    return summary;
  }

  static Optional<Command> named(String word) {
    return word.equals("quit")
        ? Optional.of(EXIT)
        : Arrays.stream(values()).filter(command -> command.word().equals(word)).findFirst();
  }
}
