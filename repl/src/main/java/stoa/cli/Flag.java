package stoa.cli;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What begins with `--`.
enum Flag {
  HOME(
      "DIR",
      "the folder with `modules/`; default: the nearest `stoa.toml` above, else your data folder"),
  MODULES("DIR", "the folder with the modules; implies --embedded"),
  EMBEDDED(
      "", "the host lives in this process, instead of finding or starting the one of the home"),
  DEADLINE("TIME", "how long each call may take: 500ms, 2s, 1m"),
  PLACEMENT("WHERE", "runs modules in `context`, `worker` or `native`, whatever they say"),
  JSON("", "prints JSON instead of text"),
  CBOR("", "prints CBOR instead; without ARG, `call` takes its arguments from stdin"),
  TRACE("", "adds Java stack traces to errors"),
  INPUT("FILE", "one call for each item: .csv, .cbor, or one JSON value a line; - is stdin"),
  OUTPUT("FILE", "where results go, one JSON value a line; - is stdout"),
  FORMAT("KIND", "`ndjson`, `csv` or `cbor`, where the name of the input does not say"),
  JOBS("N", "calls at the same time; default: the number of processors"),
  SPREAD("", "a list gives positional arguments, a map named ones, instead of one argument"),
  STREAM("FILE", "the items of the call's stream, one JSON value a line, or CBOR; - is stdin"),
  SOCKET(
      "PATH",
      "where the host takes connections; default: in your runtime folder, by the modules folder"),
  STDIO(
      "", "serves the process that started it on stdin and stdout, and nobody else; ends with it"),
  BACKGROUND("", "as commands start it: without a terminal, and ends when nobody uses it"),
  IDLE(
      "TIME",
      "ends when nobody has used it for so long; default: 60s in the background, else never"),
  NOW("", "does not wait for calls under way, and kills a host that does not answer"),
  LINES("N", "how many of the last lines; default: 50"),
  FOLLOW("", "goes on with what is written from now on, until Ctrl-C; also `-f`"),
  LANG("LANGUAGE", "what to write: `ts`, `py` or `java`"),
  FORCE("", "overwrites the output file"),
  YES("", "grants all that the module asks for, without a question"),
  NO("", "takes the trust back"),
  NO_ASK("", "asks nothing: what a module may not do is a failure"),
  NO_LOAD("", "loads no module, and looks only at what stands there"),
  HELP("", "explains the command"),
  VERSION("", "prints the version");

  /// What every verb takes.
  static final Set<Flag> COMMON =
      EnumSet.of(HOME, MODULES, EMBEDDED, DEADLINE, PLACEMENT, JSON, TRACE, HELP);

  private final String value;
  private final String summary;

  Flag(String value, String summary) {
    this.value = value;
    this.summary = summary;
  }

  String text() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// What follows it, or empty.
  String value() {
    return value;
  }

  boolean takesValue() {
    return !value.isEmpty();
  }

  String summary() {
    return summary;
  }

  /// @param text `--json`, `-h`
  static Optional<Flag> named(String text) {
    return switch (text) {
      case "-h" -> Optional.of(HELP);
      case "-f" -> Optional.of(FOLLOW);
      case "-V" -> Optional.of(VERSION);
      default -> Arrays.stream(values()).filter(flag -> flag.text().equals(text)).findFirst();
    };
  }
}
