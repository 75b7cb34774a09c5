package stoa.polyglot.context;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import stoa.call.Deadline;

/// What happens when a guest does not stop: first it was asked to, then it is interrupted, then its
/// thread is given up. One ladder serves all contexts of an engine. Its thread only looks at
/// clocks; an interrupt blocks a thread of its own.
public final class CancelLadder implements AutoCloseable {
  /// How long a guest has to stop by itself.
  static final Duration PATIENCE = Duration.ofMillis(200);

  /// How much longer it has when it calls others to clean up: until they have ended, and a moment.
  static final Duration CLEANING_UP = Deadline.CLEANING_UP.plusMillis(50).minus(PATIENCE);

  /// How long an interrupt may take to reach guest code. Some built-ins never look.
  static final Duration INTERRUPT = Duration.ofSeconds(2);

  private final ScheduledThreadPoolExecutor clock;

  public CancelLadder() {
    clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "stoa-cancel");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    clock.setKeepAliveTime(5, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /// Runs `step` on the clock's thread. Must not block. Dropped when the ladder is closed.
  void after(Duration time, Runnable step) {
    if (!clock.isShutdown()) {
      var _ = clock.schedule(step, time.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /// Runs something that blocks.
  static void aside(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
