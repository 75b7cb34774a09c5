package stoa.host;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Tells whether this process had little to do for a while, by the processor time that it took: it
/// counts what modules, compilers and the program around a host do. Any thread.
final class Idleness {
  /// The share of one processor that an idle process takes at most.
  private static final double SHARE = 0.2;

  private final LongSupplier clock;
  private final Supplier<Optional<Duration>> processorTime;
  private long began; // guarded by this
  private long before; // guarded by this

  /// @param clock monotonic, nanoseconds
  /// @param processorTime what the process has taken so far, as far as the system tells
  Idleness(LongSupplier clock, Supplier<Optional<Duration>> processorTime) {
    this.clock = clock;
    this.processorTime = processorTime;
  }

  static Idleness ofProcess() {
    return new Idleness(System::nanoTime, () -> ProcessHandle.current().info().totalCpuDuration());
  }

  /// A while begins now.
  synchronized void begin() {
    began = clock.getAsLong();
    before = taken();
  }

  /// The while is over, and the next one begins.
  ///
  /// @return whether the process was idle
  synchronized boolean ends() {
    long time = clock.getAsLong() - began;
    long busy = taken() - before;
    begin();
    return busy <= SHARE * time;
  }

  private long taken() {
    return processorTime.get().map(Duration::toNanos).orElse(0L);
  }
}
