package stoa.polyglot.context;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import stoa.call.Signal;

/// Signals of one call that wait for the guest's thread, which takes them in a task of their own or
/// because guest code blocks for them. Credit bounds how many there can be.
final class Inbox {
  private final Border border;
  private final Queue<Signal> signals = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean announced = new AtomicBoolean();
  private final Runnable announce;
  private final Runnable wake;
  private volatile boolean awaited;

  /// @param announce submits a task that takes all there is
  /// @param wake wakes the thread that blocks for signals
  Inbox(Border border, Runnable announce, Runnable wake) {
    this.border = border;
    this.announce = announce;
    this.wake = wake;
  }

  /// Any thread.
  void add(Signal signal) {
    border.comes(signal.content());
    signals.add(signal);
    if (awaited) {
      wake.run();
    } else {
      announce();
    }
  }

  void announce() {
    if (announced.compareAndSet(false, true)) {
      announce.run();
    }
  }

  boolean isEmpty() {
    return signals.isEmpty();
  }

  /// The task that was announced runs.
  void opened() {
    announced.set(false);
  }

  @Nullable Signal poll() {
    return signals.poll();
  }

  /// While guest code blocks for signals they need no task.
  void await(boolean blocks) {
    awaited = blocks;
  }
}
