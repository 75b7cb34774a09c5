package stoa.polyglot.context;

import java.util.List;
import java.util.Optional;
import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Kind;

/// A function of a module: what it says of itself, and what it takes.
///
/// @param slots empty when the source does not say, as for bound functions: then any arguments by
///   position are taken
public record Method(MethodInfo info, Optional<List<Slot>> slots) {

  /// A place for arguments.
  ///
  /// @param keys for a destructured object: the names in it, which can be given as if they were
  ///   parameters
  public record Slot(String name, Kind kind, boolean required, List<String> keys) {
    public Slot(String name, Kind kind, boolean required) {
      this(name, kind, required, List.of());
    }
  }
}
