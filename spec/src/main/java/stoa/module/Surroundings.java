package stoa.module;

import stoa.call.Invoker;
import stoa.value.Value;

/// What the host gives a loaded module: its way to other modules, with the module's identity, and a
/// place for its words.
public interface Surroundings {
  /// How the host calls this instance, `words#1`: the owner of its references.
  String instance();

  /// The guest gives back a reference that it received this many times. Any thread; never blocks.
  void release(Value.Reference held, long count);

  /// Calls made by the guest. Module names that exist are listed by calling `stoa.list`.
  Invoker router();

  /// Takes a line that the guest wrote. Any thread; never blocks for long.
  void said(Line line);

  /// @param text without the line's end
  /// @param call the call that it belongs to, `module.method`, or empty if that is not known
  /// @param origin who made the first of the calls that led to that one, or empty
  record Line(Stream stream, String text, String call, String origin) {
    public Line(Stream stream, String text, String call) {
      this(stream, text, call, "");
    }

    public Line(Stream stream, String text) {
      this(stream, text, "", "");
    }
  }

  enum Stream {
    OUT,
    ERR,
    DEBUG,
    INFO,
    WARNING,
    ERROR
  }
}
