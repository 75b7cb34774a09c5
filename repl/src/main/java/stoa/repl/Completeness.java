package stoa.repl;

import java.util.ArrayList;
import java.util.List;
import stoa.repl.line.CallLine;
import stoa.repl.line.LineSyntaxException;

/// Whether an input at the `stoa>` prompt needs more lines.
final class Completeness {
  private Completeness() {}

  /// What was typed or pasted, one call or command each: a line, with those that it needs to be
  /// complete. The last one may not be.
  static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    String open = "";
    for (String line : text.split("\n", -1)) {
      open = open.isEmpty() ? line : open + "\n" + line;
      if (!needsMore(open)) {
        parts.add(open);
        open = "";
      }
    }
    if (!open.isEmpty()) {
      parts.add(open);
    }
    return parts;
  }

  /// Whether the last part is incomplete.
  static boolean isIncomplete(String text) {
    return needsMore(parts(text).getLast());
  }

  /// An open bracket or quote of a call.
  private static boolean needsMore(String text) {
    String[] parts = text.strip().split("\\s+", 2);
    if (parts[0].equals(Command.TIME.word()) && parts.length > 1) {
      return needsMore(parts[1]);
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
