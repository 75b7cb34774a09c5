package stoa.router;

import java.time.Duration;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Invoker;

/// What serves a call: an instance of a module, or a part of the host.
interface Callee {
  Invoker invoker();

  /// Whether it takes payloads in parts: [stoa.call.TakesParts].
  boolean takesParts();

  /// As which it holds references.
  String holder();

  /// Runs once for each call, when it has ended or will never come.
  ///
  /// @param caller whose call it was
  void left(String caller);

  /// How long a call may take here; empty: as long as its caller waits.
  default Optional<Duration> wall() {
    return Optional.empty();
  }

  /// It was lost before it said anything of a call. Makes the call again on another copy, if there
  /// may be one and the method is such that this does no harm.
  ///
  /// @return whether it did
  default boolean repeats(Call call) {
    return false;
  }

  /// A failure that it gave, with what is known of it here.
  default Failure explained(Failure failure) {
    return failure;
  }
}
