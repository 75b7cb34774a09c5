package stoa.repl;

import stoa.repl.line.CallLine;
import stoa.repl.line.LineSyntaxException;

/// Whether an input at the `stoa>` prompt needs more lines.
final class Completeness {
  private Completeness() {}

  /// An open bracket or quote of a call.
  static boolean ofCall(String text) {
    String[] parts = text.strip().split("\\s+", 2);
    if (parts[0].equals(Command.TIME.word()) && parts.length > 1) {
      return ofCall(parts[1]);
    }
    if (Command.named(parts[0]).isPresent() || !parts[0].contains(".")) {
      return false;
    }
    try {
      var _ = CallLine.read(text);
      return false;
    } catch (LineSyntaxException e) {
      return e.isIncomplete();
    }
  }
}
