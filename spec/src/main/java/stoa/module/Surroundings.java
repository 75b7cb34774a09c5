package stoa.module;

import stoa.call.Invoker;

/// What the host gives a loaded module: its way to other modules, with the module's identity, and a
/// place for its words.
public interface Surroundings {
  /// Calls made by the guest. Module names that exist are listed by calling `stoa.list`.
  Invoker router();

  /// Takes a line that the guest wrote. Any thread; never blocks for long.
  void said(Line line);

  /// @param text without the line's end
  record Line(Stream stream, String text) {}

  enum Stream {
    OUT,
    ERR,
    DEBUG,
    INFO,
    WARNING,
    ERROR
  }
}
