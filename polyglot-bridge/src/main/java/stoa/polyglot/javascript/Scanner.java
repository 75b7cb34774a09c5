package stoa.polyglot.javascript;

import java.util.ArrayList;
import java.util.List;

/// Walks JavaScript source without parsing it: knows where brackets, texts and comments end.
/// Regular expressions with brackets or quotes in them are beyond it; parameter lists hardly ever
/// hold any.
final class Scanner {
  private final String text;
  private int at;

  Scanner(String text, int from) {
    this.text = text;
    this.at = from;
  }

  int at() {
    return at;
  }

  /// Splits what stands between brackets by a mark at its top level.
  static List<String> split(String text, char mark) {
    List<String> parts = new ArrayList<>();
    Scanner scanner = new Scanner(text, 0);
    int start = 0;
    while (scanner.at < text.length()) {
      if (text.charAt(scanner.at) == mark) {
        parts.add(text.substring(start, scanner.at));
        start = ++scanner.at;
      } else {
        scanner.skip();
      }
    }
    parts.add(text.substring(start));
    return parts.stream().map(Scanner::withoutComments).filter(p -> !p.isEmpty()).toList();
  }

  /// The first top-level place of a mark, or -1.
  static int find(String text, char mark, int from) {
    Scanner scanner = new Scanner(text, from);
    while (scanner.at < text.length()) {
      if (text.charAt(scanner.at) == mark) {
        return scanner.at;
      }
      scanner.skip();
    }
    return -1;
  }

  /// Goes past one character, or one whole text, comment or pair of brackets.
  void skip() {
    char c = text.charAt(at);
    if (c == '"' || c == '\'' || c == '`') {
      skipText(c);
    } else if (text.startsWith("//", at)) {
      int end = text.indexOf('\n', at);
      at = end < 0 ? text.length() : end + 1;
    } else if (text.startsWith("/*", at)) {
      int end = text.indexOf("*/", at + 2);
      at = end < 0 ? text.length() : end + 2;
    } else if (c == '(' || c == '[' || c == '{') {
      skipBrackets();
    } else {
      at++;
    }
  }

  private void skipText(char quote) {
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (quote == '`' && text.startsWith("${", at)) {
        at++;
        skipBrackets();
        continue;
      }
      at++;
    }
    at = Math.min(at + 1, text.length());
  }

  private void skipBrackets() {
    at++;
    while (at < text.length() && ")]}".indexOf(text.charAt(at)) < 0) {
      skip();
    }
    at = Math.min(at + 1, text.length());
  }

  private static String withoutComments(String part) {
    StringBuilder kept = new StringBuilder();
    Scanner scanner = new Scanner(part, 0);
    while (scanner.at < part.length()) {
      int from = scanner.at;
      boolean comment = part.startsWith("//", from) || part.startsWith("/*", from);
      scanner.skip();
      kept.append(comment ? " " : part.substring(from, scanner.at));
    }
    return kept.toString().strip();
  }
}
