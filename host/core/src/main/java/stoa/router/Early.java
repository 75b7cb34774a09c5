package stoa.router;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import stoa.call.Budget;
import stoa.call.Payload;
import stoa.call.Signal;

/// What a caller has said before it is known who serves its call. Guarded by its owner.
final class Early {
  private final Deque<Signal> signals = new ArrayDeque<>(0);
  private final Budget budget;
  private long bytes;

  /// @param budget what is kept for one caller, of all its calls
  Early(Budget budget) {
    this.budget = budget;
  }

  /// @return whether there was room for it
  boolean add(Signal signal) {
    int size =
        switch (signal) {
          case Signal.Part(byte[] piece, _, _) -> piece.length;
          case Signal.Item(Payload payload) -> payload.encoded().bytes().length;
          default -> 0;
        };
    if (!budget.take(size)) {
      return false;
    }
    bytes += size;
    signals.add(signal);
    return true;
  }

  /// Hands all of it on, or to nobody.
  void drain(Consumer<Signal> to) {
    budget.giveBack(bytes);
    bytes = 0;
    for (Signal signal = signals.poll(); signal != null; signal = signals.poll()) {
      to.accept(signal);
    }
  }
}
