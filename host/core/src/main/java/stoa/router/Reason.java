package stoa.router;

import java.util.Optional;
import stoa.module.Placement;

/// Why a module runs where it does.
enum Reason {
  EXECUTABLE("an executable is always a process"),
  UNSTOPPABLE("its code could not be stopped in a context twice"),
  FORCED("so it was asked for when the host was started"),
  MANIFEST("so says its module.toml"),
  DEFAULT("nothing says otherwise");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /// @param asked as the folder has it
  /// @param found as it is run
  static Reason of(Found asked, Found found, Optional<Placement> forced) {
    if (found.language().isEmpty()) {
      return EXECUTABLE;
    }
    if (asked.in(forced).placement() != found.placement()) {
      return UNSTOPPABLE;
    }
    if (forced.isPresent()) {
      return FORCED;
    }
    return asked.manifest().placement().isPresent() ? MANIFEST : DEFAULT;
  }
}
