package stoa.module;

import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Invoker;
import stoa.limit.Limits;
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

  /// What the guest may reach by itself. Asked at each use: it changes while the guest runs. Any
  /// thread; never blocks.
  ///
  /// @return nothing, unless the host says otherwise: code of the user's has its files by calls
  default Access access() {
    return Access.NONE;
  }

  /// The guest used a grant, or wanted one that it has not. Any thread; never blocks.
  default void noted(Access.Use use) {}

  /// How much the guest may use. Does not change.
  ///
  /// @return what code of the user's has, unless the host says otherwise
  default Limits limits() {
    return Limits.OF_USER;
  }

  /// Whether lines are left out now, because the guest wrote too many: who reads them need not
  /// hurry.
  default boolean leavesOut() {
    return false;
  }

  /// Takes a line that the guest wrote. Any thread; never blocks for long.
  void said(Line line);

  /// @param text without the line's end
  /// @param call the call that it belongs to, `module.method`, or empty if that is not known
  /// @param chain that call's place, or null
  record Line(Stream stream, String text, String call, @Nullable Chain chain) {
    /// A line of a call.
    public Line(Stream stream, String text, Chain chain) {
      this(stream, text, chain.name(), chain);
    }

    /// A line that belongs to no call.
    public Line(Stream stream, String text) {
      this(stream, text, "", null);
    }

    /// Who made the first of the calls that led to the one it belongs to, or empty.
    public String origin() {
      return chain == null ? "" : chain.origin();
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
