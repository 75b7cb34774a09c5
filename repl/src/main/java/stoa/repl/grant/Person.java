package stoa.repl.grant;

/// Somebody at a terminal, who can be asked. Any thread; one question at a time.
public interface Person {
  /// Waits until something was typed.
  ///
  /// @return the line; empty also if there is no answer: Ctrl-C, or the end of the input
  String answer(String question);

  void tell(String text);

  /// Anything but yes is no.
  default boolean agrees(String question) {
    return isYes(answer(question + " [y/N] "));
  }

  static boolean isYes(String answer) {
    return answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes");
  }
}
