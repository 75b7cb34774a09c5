package stoa.repl.line;

/// A line that cannot be read. The message says what is wrong and how to write it.
public final class LineSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int column;
  private final boolean incomplete;

  LineSyntaxException(String message, int column, boolean incomplete) {
    super(message);
    this.column = column;
    this.incomplete = incomplete;
  }

  /// Where in the text, counted from 0.
  public int column() {
    return column;
  }

  /// Whether more lines may make it right: a bracket or quote is open.
  public boolean isIncomplete() {
    return incomplete;
  }
}
