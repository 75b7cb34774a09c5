package stoa.repl.view;

import java.util.List;
import java.util.regex.Pattern;

/// Text from others, made harmless for a terminal: what a module says cannot move the cursor or
/// change colours.
public final class Printable {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]");

  private static final List<Range> WIDE =
      List.of(
          new Range(0x1100, 0x115f),
          new Range(0x2e80, 0xa4cf),
          new Range(0xac00, 0xd7a3),
          new Range(0xf900, 0xfaff),
          new Range(0xfe30, 0xfe6f),
          new Range(0xff00, 0xff60),
          new Range(0xffe0, 0xffe6),
          new Range(0x1f300, 0x1f64f),
          new Range(0x1f900, 0x1f9ff),
          new Range(0x20000, 0x3fffd));

  private record Range(int from, int to) {}

  private Printable() {}

  /// The same text, with a visible sign in place of each control character. Line ends and tabs
  /// stay.
  public static String of(String text) {
    return CONTROL.matcher(text).replaceAll(match -> sign(match.group().charAt(0)));
  }

  /// The same for a text that stands behind the name of who wrote it: its further lines are set in,
  /// so that none can be taken for one of somebody else.
  public static String behindName(String text) {
    return of(text).replace("\n", "\n    ");
  }

  private static String sign(char control) {
    return control < ' ' ? String.valueOf((char) (0x2400 + control)) : "\ufffd";
  }

  /// How many columns a terminal needs for it (Unicode TR 11, roughly: wide letters and pictures
  /// take two).
  public static int width(String text) {
    return text.codePoints().map(Printable::width).sum();
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || c == 0x200d) {
      return 0;
    }
    return WIDE.stream().anyMatch(range -> range.from <= c && c <= range.to) ? 2 : 1;
  }

  /// At most `columns` of it, with a sign that something is missing.
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int left = columns - 1;
    for (int c : text.codePoints().toArray()) {
      left -= width(c);
      if (left < 0) {
        break;
      }
      cut.appendCodePoint(c);
    }
    return cut.append('…').toString();
  }
}
