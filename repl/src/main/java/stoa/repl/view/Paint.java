package stoa.repl.view;

/// Colours for people, or none. Escape sequences of ECMA-48, "SGR".
///
/// @param colour false: text stays as it is
public record Paint(boolean colour) {
  public static final Paint NONE = new Paint(false);

  public String error(String text) {
    return in("1;31", text);
  }

  public String name(String text) {
    return in("36", text);
  }

  public String text(String text) {
    return in("32", text);
  }

  public String number(String text) {
    return in("35", text);
  }

  public String bold(String text) {
    return in("1", text);
  }

  public String faint(String text) {
    return in("2", text);
  }

  private String in(String codes, String text) {
    return colour && !text.isEmpty() ? "\u001b[" + codes + "m" + text + "\u001b[0m" : text;
  }
}
