package stoa.cli;

/// `MODULE.METHOD` as it was typed.
record Target(String module, String method) {

  /// @throws UsageException if it is something else
  static Target of(String text) {
    int dot = text.indexOf('.');
    if (dot <= 0 || dot == text.length() - 1) {
      throw new UsageException(
          "`" + text + "` names no method.",
          "Write MODULE.METHOD; `stoa ls` shows the modules, `stoa describe MODULE` the methods.");
    }
    return new Target(text.substring(0, dot), text.substring(dot + 1));
  }
}
