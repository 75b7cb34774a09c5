package stoa.cli;

/// The command line asks for something that cannot be.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String help;

  /// @param help the next step; may be empty
  UsageException(String message, String help) {
    super(message);
    this.help = help;
  }

  String help() {
    return help;
  }
}
