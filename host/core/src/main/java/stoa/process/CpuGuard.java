package stoa.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.router.Timer;

/// Sees to it that a process does not use more CPU time than a call may have while none of its
/// calls gets on: ends, or says an item. From outside nobody can tell for which call a process
/// works.
///
/// Looks at the process only when it may be worth it: not while its calls get on, and not before
/// all cores together could have used up what is left. Any thread.
final class CpuGuard {
  private static final long PERIOD_MILLIS = 200;

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final ProcessHandle process;
  private final Duration limit;
  private final Timer timer;
  private final Exceeded exceeded;
  private int open; // guarded by this
  private boolean looks; // guarded by this; a look is to come
  private long steps; // guarded by this
  private long seenSteps; // guarded by this
  private @Nullable Mark mark; // guarded by this; since when nothing has got on

  /// A moment.
  ///
  /// @param cpu what had been used
  private record Mark(Duration cpu, long nanoTime) {}

  /// Hears that too much was used. A virtual thread.
  interface Exceeded {
    /// @param used how much
    /// @param since the nanoTime since when no call has got on
    void by(Duration used, long since);
  }

  /// @param limit how much may be used
  CpuGuard(ProcessHandle process, Duration limit, Timer timer, Exceeded exceeded) {
    this.process = process;
    this.limit = limit;
    this.timer = timer;
    this.exceeded = exceeded;
  }

  /// A call begins.
  void begins() {
    synchronized (this) {
      open++;
      if (looks) {
        return;
      }
      looks = true;
    }
    lookIn(PERIOD_MILLIS);
  }

  /// A call has said something.
  synchronized void getsOn(boolean ends) {
    steps++;
    open -= ends ? 1 : 0;
  }

  private void lookIn(long millis) {
    timer.in(
        millis,
        TimeUnit.MILLISECONDS,
        () -> {
          if (stands()) {
            Thread.ofVirtual().name("stoa-cpu-" + process.pid()).start(this::look);
          }
        });
  }

  private void look() {
    Optional<Duration> used = ProcessTree.cpu(process);
    if (used.isEmpty()) {
      return; // it has ended, or cannot be watched here
    }
    Mark now = new Mark(used.get(), System.nanoTime());
    Mark begin;
    synchronized (this) {
      begin = mark == null ? now : mark;
      mark = begin;
    }
    Duration since = now.cpu().minus(begin.cpu());
    if (since.compareTo(limit) > 0) {
      exceeded.by(since, begin.nanoTime());
    }
    lookIn(Math.max(PERIOD_MILLIS, limit.minus(since).toMillis() / CORES));
  }

  /// Whether calls are open and none has got on since the last look; else looks again later.
  private boolean stands() {
    synchronized (this) {
      looks = open > 0;
      if (looks && steps == seenSteps) {
        return true;
      }
      seenSteps = steps;
      mark = null;
      if (!looks) {
        return false;
      }
    }
    lookIn(PERIOD_MILLIS);
    return false;
  }
}
