package stoa.module;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;

/// One permission: a kind, and what of it.
///
/// @param value as the kind says; `*` stands for anything
public record Grant(Kind kind, String value) {
  public static final String ANYTHING = "*";

  /// What can be granted.
  public enum Kind {
    /// To read a file, or a folder with all that is in it.
    READ("read", "DIR"),
    /// To read and write a file, or a folder with all that is in it.
    WRITE("write", "DIR"),
    /// To reach a host: `HOST:PORT`, `*.example.org:443`, `HOST:*`.
    NET("reach", "HOST:PORT"),
    /// To see an environment variable; `AWS_*` names all that begin so.
    ENV("see the environment variable", "NAME"),
    /// To run a program.
    RUN("run", "PROGRAM"),
    /// To see who is there, and who comes and goes.
    LIST("see who is there:", ANYTHING),
    /// To open channels to a module.
    CONNECT("open a channel to", "MODULE"),
    /// To call a module, or one method of it.
    CALL("call", "MODULE.METHOD"),
    /// To call a method of the module `stoa` that is not for all.
    STOA("call", "METHOD"),
    /// To use more of the host than others, if the manifest says so: `memory:1g`, `time:1h`.
    HOST("use of the host", "memory:SIZE");

    private final String verb;
    private final String shape;

    Kind(String verb, String shape) {
      this.verb = verb;
      this.shape = shape;
    }

    /// As people write it.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// What its values look like.
    public String shape() {
      return shape;
    }

    public static Optional<Kind> named(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    /// All of them, for people.
    public static String words() {
      return Arrays.stream(values()).map(Kind::word).collect(Collectors.joining(", "));
    }
  }

  /// As it is written on the command line: `net=example.org:443`.
  public String text() {
    return kind.word() + "=" + value;
  }

  @Override
  public String toString() {
    return text();
  }

  /// Reads what [#text] writes; a bare word means anything of that kind.
  ///
  /// @throws IllegalArgumentException with a sentence that says why it is none
  public static Grant of(String text) {
    int equals = text.indexOf('=');
    String word = equals < 0 ? text : text.substring(0, equals);
    Kind kind =
        Kind.named(word)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "there is no kind of grant `%s`; there are %s".formatted(word, Kind.words())));
    String value = equals < 0 ? ANYTHING : text.substring(equals + 1);
    if (value.isBlank() || (equals < 0 && kind != Kind.LIST && kind != Kind.CONNECT)) {
      throw new IllegalArgumentException(
          "`%s` does not say what: write `%s=%s`".formatted(text, word, kind.shape()));
    }
    return new Grant(kind, value);
  }

  /// Why a module may not do something: what is missing, and how it is given.
  public Failure missingFor(String module) {
    return Failure.of(
        Code.DENIED,
        Description.of(
                "`%s` may not %s `%s`.".formatted(module, kind.verb, shownValue()),
                "To allow it: " + commandFor(module))
            .with(Map.of("module", module, "grant", text())));
  }

  /// The command line that grants it.
  public String commandFor(String module) {
    return "stoa grant " + module + " " + quoted();
  }

  private String shownValue() {
    return kind == Kind.STOA ? "stoa." + value : kind == Kind.LIST ? "stoa.list" : value;
  }

  /// For a shell.
  private String quoted() {
    String text = kind == Kind.LIST ? kind.word() : text();
    return text.matches("[A-Za-z0-9_./:=@%+,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
