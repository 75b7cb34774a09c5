package stoa.repl.view;

import java.util.regex.Pattern;

/// Text from others, made harmless for a terminal: what a module says cannot move the cursor or change colours.
public final class Printable {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\n\t]]");

  private Printable() {}

  /// The same text, with a visible sign in place of each control character. Line ends and tabs stay.
  public static String of(String text) {
    return CONTROL.matcher(text).replaceAll(match -> sign(match.group().charAt(0)));
  }

  private static String sign(char control) {
    return control < ' ' ? String.valueOf((char) (0x2400 + control)) : "\ufffd";
  }

  /// How many columns a terminal needs for it (Unicode TR 11, roughly: wide letters and pictures take two).
  public static int width(String text) {
    return text.codePoints().map(Printable::width).sum();
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || c == 0x200d) {
      return 0;
    }
    boolean wide =
        c >= 0x1100
            && (c <= 0x115f
                || c >= 0x2e80 && c <= 0xa4cf
                || c >= 0xac00 && c <= 0xd7a3
                || c >= 0xf900 && c <= 0xfaff
                || c >= 0xfe30 && c <= 0xfe6f
                || c >= 0xff00 && c <= 0xff60
                || c >= 0xffe0 && c <= 0xffe6
                || c >= 0x1f300 && c <= 0x1f64f
                || c >= 0x1f900 && c <= 0x1f9ff
                || c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
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
