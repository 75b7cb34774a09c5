package stoa.polyglot.context;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stoa.call.FailureException;
import stoa.call.Invocation;

/// How the arguments of a call fit what it calls. Runs on the context's thread.
interface Fitting {
  /// @throws FailureException if they do not, or there is nothing to call
  Fit fit(Invocation invocation);

  /// Whether it is known to make a stream, so that its code runs item by item from the beginning.
  default boolean streams() {
    return false;
  }

  /// What a call calls in the guest.
  ///
  /// @param object a handle of the guest's half for the object; null for the module itself
  record Fit(org.graalvm.polyglot.@Nullable Value object, Binding.Bound arguments) {
    /// A channel calls what the module has for channels.
    static final Fit CHANNEL = new Fit(null, new Binding.Bound(List.of(), Map.of(), -1));
  }
}
