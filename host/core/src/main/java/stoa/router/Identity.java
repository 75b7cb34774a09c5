package stoa.router;

/// Who makes a call, as the host knows it; never what the caller claims.
public sealed interface Identity {
  /// The person who started the host: the command line, the REPL, an embedding program.
  record User() implements Identity {}

  record Module(String name) implements Identity {}

  default String text() {
    return switch (this) {
      case User _ -> "the user";
      case Module(String name) -> "module `" + name + "`";
    };
  }
}
