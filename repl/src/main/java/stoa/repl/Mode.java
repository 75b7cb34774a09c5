package stoa.repl;

import java.util.Optional;
import stoa.module.Language;

/// What a line is taken for.
enum Mode {
  CALLS("stoa"),
  JS("js"),
  PY("py");

  private final String word;

  Mode(String word) {
    this.word = word;
  }

  /// The command that switches to it, and its prompt.
  String word() {
    return word;
  }

  /// Empty: lines are calls.
  Optional<Language> language() {
    return switch (this) {
      case CALLS -> Optional.empty();
      case JS -> Optional.of(Language.JAVASCRIPT);
      case PY -> Optional.of(Language.PYTHON);
    };
  }
}
