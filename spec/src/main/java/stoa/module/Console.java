package stoa.module;

/// The methods of a loaded console ([ModuleSource.Kind#CONSOLE]).
public final class Console {
  /// `eval(text)`: evaluates one input with the modules at hand as names. Returns a map: `display`
  /// is the result as the language shows it (absent when there is nothing to show), `value` the
  /// result as a value (absent when it is none).
  public static final String EVAL = "eval";

  /// `incomplete(text)`: true when the input is the beginning of a longer one, as an open bracket
  /// or block.
  public static final String INCOMPLETE = "incomplete";

  /// `complete(text)`: a list of names that may stand at the end of the text.
  public static final String COMPLETE = "complete";

  private Console() {}
}
