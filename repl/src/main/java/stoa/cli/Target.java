package stoa.cli;

import java.util.Optional;
import java.util.regex.Pattern;

/// `MODULE.METHOD` as it was typed.
record Target(String module, String method) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][\\w-]*");

  /// @throws UsageException if it is something else
  static Target of(String text) {
    return of(text, "MODULE.METHOD");
  }

  /// @param next what was typed behind it
  /// @throws UsageException if it is something else
  static Target of(String text, Optional<String> next) {
    String meant =
        next.filter(NAME.asMatchPredicate())
            .filter(_ -> NAME.matcher(text).matches())
            .map(method -> text + "." + method)
            .orElse("MODULE.METHOD");
    return of(text, meant);
  }

  private static Target of(String text, String meant) {
    int dot = text.indexOf('.');
    if (dot <= 0 || dot == text.length() - 1) {
      throw new UsageException(
          "`" + text + "` names no method.",
          "Write `%s`; `stoa ls` shows the modules, `stoa describe MODULE` the methods."
              .formatted(meant));
    }
    return new Target(text.substring(0, dot), text.substring(dot + 1));
  }
}
