package stoa.cli;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What can be asked on the command line.
enum Verb {
  SHELL(
      "",
      "opens the shell; lines from a pipe run one after the other",
      EnumSet.of(Flag.NO_ASK),
      List.of("stoa", "echo 'words.count \"a b\"' | stoa")),
  CALL(
      "MODULE.METHOD [ARG...]",
      "calls a method and prints its result as JSON; a stream gives one line an item",
      EnumSet.of(Flag.STREAM, Flag.CBOR, Flag.NO_ASK),
      List.of(
          "stoa call words.count 'to be or not to be'",
          "stoa call words.count '{\"text\": \"a b\"}' least=2 --deadline 2s",
          "stoa call words.count -- least=2     # text, no named argument",
          "seq 1000 | stoa call totals.sum --stream -",
          "stoa call words.count --cbor < arguments.cbor > counts.cbor")),
  RUN(
      "SCRIPT.{js,py} [ARG...]",
      "runs a script that drives modules and may use files",
      EnumSet.of(Flag.NO_ASK),
      List.of("stoa run report.py 2026 title=Birds")),
  BATCH(
      "MODULE.METHOD",
      "makes one call for each item of a file",
      EnumSet.of(
          Flag.INPUT,
          Flag.OUTPUT,
          Flag.FORMAT,
          Flag.CBOR,
          Flag.JOBS,
          Flag.SPREAD,
          Flag.FORCE,
          Flag.NO_ASK),
      List.of(
          "stoa batch words.count --input texts.ndjson --output counts.ndjson --jobs 4 --deadline 5s",
          "cut -f1 data | jq -R . | stoa batch words.count > counts.ndjson")),
  LS(
      "",
      "lists all modules",
      EnumSet.of(Flag.CBOR),
      List.of("stoa ls", "stoa ls --json | jq '.[].name'")),
  DESCRIBE(
      "NAME[.METHOD]",
      "what a module or a method says of itself, its limits, and how others are protected from it",
      EnumSet.of(Flag.CBOR),
      List.of("stoa describe words", "stoa describe words.count")),
  STUBS(
      "MODULE",
      "writes typed client code for a module to stdout",
      EnumSet.of(Flag.LANG),
      List.of(
          "stoa stubs words --lang ts > words.ts",
          "stoa stubs words --lang py > words_client.py",
          "stoa stubs words --lang java > Words.java")),
  STATUS(
      "",
      "whether the host of the home runs, since when, for whom, with what, and what is enforced",
      EnumSet.of(Flag.CBOR),
      List.of("stoa status", "stoa status --json | jq .pid")),
  START(
      "",
      "starts the host of the home unless it runs; prints its socket",
      EnumSet.of(Flag.CBOR),
      List.of("stoa start", "STOA_HOST=$(stoa start --home ~/projects/birds) node client.js")),
  STOP(
      "",
      "ends the host of the home when its calls have ended",
      EnumSet.of(Flag.NOW),
      List.of("stoa stop", "stoa stop --now")),
  LOGS(
      "[NAME]",
      "what the modules of the home have written lately; also when its host has gone",
      EnumSet.of(Flag.LINES, Flag.FOLLOW),
      List.of("stoa logs", "stoa logs -f words", "stoa logs --lines 1000 --json | jq .text")),
  HOST(
      "",
      "serves modules to other processes, until Ctrl-C; prints the socket that they connect to",
      EnumSet.of(Flag.SOCKET, Flag.STDIO, Flag.BACKGROUND, Flag.IDLE),
      List.of("stoa host --modules modules --socket /run/user/1000/my-host")),
  RELOAD(
      "NAME",
      "loads a module anew from its file, and tells how its methods differ",
      EnumSet.of(Flag.CBOR),
      List.of("stoa reload words")),
  DEV(
      "[NAME...]",
      "watches the files of modules and loads those anew that change, until Ctrl-C",
      Set.of(),
      List.of("stoa dev", "stoa dev words totals")),
  WHY(
      "NAME",
      "what the running host last decided about a module, and why",
      EnumSet.of(Flag.CBOR),
      List.of("stoa why words", "stoa why words --json | jq -r '.[].what'")),
  DOCTOR(
      "",
      "looks for what is wrong with the machine and with each module, and says how to mend it",
      EnumSet.of(Flag.NO_LOAD, Flag.CBOR),
      List.of("stoa doctor", "stoa doctor --no-load --json")),
  REFERENCES(
      "",
      "which objects are held in a running host: by whom, how often received, since when",
      EnumSet.of(Flag.SOCKET, Flag.CBOR),
      List.of(
          "stoa references --home ~/projects/birds",
          "stoa references --socket /run/user/1000/my-host --json")),
  CONFORM(
      "COMMAND [ARG...]",
      "runs the conformance kit against a program that is a module; prints what is wrong",
      Set.of(),
      List.of("stoa conform ./my-module", "stoa conform -- python3 -u module.py --fast")),
  GRANT(
      "NAME [KIND=VALUE...]",
      "lets a module do something more; without KIND=VALUE all that its module.toml asks for",
      EnumSet.of(Flag.YES, Flag.CBOR),
      List.of(
          "stoa grant words read=~/texts net=api.example.org:443",
          "stoa grant words write=out env=LANG run=git list connect call=stats.mean host=memory:1g",
          "stoa grant words --yes     # all that it asks for")),
  GRANTS(
      "[NAME]",
      "what modules may do, and what they ask for",
      EnumSet.of(Flag.CBOR),
      List.of("stoa grants", "stoa grants words --json")),
  REVOKE(
      "NAME [KIND[=VALUE]...]",
      "takes away what a module was granted: a grant, all of a kind, or all",
      EnumSet.of(Flag.CBOR),
      List.of(
          "stoa revoke words net=api.example.org:443",
          "stoa revoke words net",
          "stoa revoke words")),
  AUDIT(
      "NAME",
      "what a module offers, what it may reach, what it did with that, and who holds objects of it",
      EnumSet.of(Flag.CBOR),
      List.of("stoa audit words", "stoa audit words --json | jq .uses")),
  TRUST(
      "DIR|NAME",
      "DIR: commands below it may use the modules of the home; NAME: a module runs only with the files it has now",
      EnumSet.of(Flag.NO, Flag.CBOR),
      List.of(
          "stoa trust ~/projects/birds     # a home: there is a `/`, or a stoa.toml",
          "stoa trust words                # a module: refused when a file of it has changed",
          "stoa trust --no words")),
  HELP("[VERB]", "explains a verb", Set.of(), List.of("stoa help batch")),
  VERSION(
      "",
      "what this is and what it runs on",
      EnumSet.of(Flag.CBOR),
      List.of("stoa version --json"));

  private final String words;
  private final String summary;

  @SuppressWarnings("ImmutableEnumChecker") // An unmodifiable copy.
  private final Set<Flag> own;

  @SuppressWarnings("ImmutableEnumChecker") // An unmodifiable copy.
  private final List<String> examples;

  Verb(String words, String summary, Set<Flag> own, List<String> examples) {
    this.words = words;
    this.summary = summary;
    this.own = Set.copyOf(own);
    this.examples = List.copyOf(examples);
  }

  String text() {
    return this == SHELL ? "" : name().toLowerCase(Locale.ROOT);
  }

  String usage() {
    return ("stoa " + text() + " " + words).strip().replaceAll("\\s+", " ");
  }

  String summary() {
    return summary;
  }

  /// Flags of this verb alone.
  Set<Flag> own() {
    return own;
  }

  List<String> examples() {
    return examples;
  }

  static Optional<Verb> named(String text) {
    return Arrays.stream(values())
        .filter(verb -> verb != SHELL && verb.text().equals(text))
        .findFirst();
  }
}
