package stoa.router;

/// Who makes a call, as the host knows it; never what the caller claims.
public sealed interface Identity {
  /// The name under which references are owned and held: different for each peer.
  String holder();

  /// What a callee is told.
  String text();

  /// The person who started the host: the command line, the REPL, an embedding program, a script.
  record User(String holder) implements Identity {
    /// The program that the host is part of.
    public static final User HOST = new User("host");

    @Override
    public String text() {
      return "user";
    }
  }

  /// A process that came by itself, with the rights of the user.
  ///
  /// @param text `client#3`, or the name that it registered
  record Visitor(String text, String holder) implements Identity {}

  /// @param holder the instance
  record Module(String name, String holder) implements Identity {
    @Override
    public String text() {
      return name;
    }
  }
}
