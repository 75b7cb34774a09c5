package stoa.call;

import java.util.List;
import java.util.Optional;

/// An error that guest code threw, with its trace across every hop.
///
/// @param type as the language names it: `TypeError`, `KeyError`
/// @param frames innermost first
/// @param cause what it was raised from, in the same module or across a call
/// @param module the module whose code threw
public record Thrown(
    String type, String message, List<Frame> frames, Optional<Thrown> cause, String module) {
  public Thrown {
    frames = List.copyOf(frames);
  }

  /// One line of a trace.
  ///
  /// @param file a file name without its folder
  /// @param line counts from 1; 0: not known
  public record Frame(String language, String function, String file, int line) {}
}
