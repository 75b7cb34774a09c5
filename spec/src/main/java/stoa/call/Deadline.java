package stoa.call;

import java.time.Duration;

/// A point on this process's monotonic clock after which nobody waits for a call any more. On the
/// wire it is the time left, because clocks of two processes differ.
///
/// @param nanoTime comparable with [System#nanoTime()]; meaningless when `limited` is false
public record Deadline(boolean limited, long nanoTime) {
  public static final Deadline NONE = new Deadline(false, 0);

  /// How long code of a call that was stopped may call others to clean up: PROTOCOL.md, "Calls".
  public static final Duration CLEANING_UP = Duration.ofMillis(300);

  /// Of a call that code makes to clean up, whose own call is stopped now.
  public static Deadline toCleanUp() {
    return in(CLEANING_UP);
  }

  public static Deadline in(Duration time) {
    return new Deadline(true, System.nanoTime() + Math.max(0, time.toNanos()));
  }

  /// Nanoseconds left: negative when it has passed, [Long#MAX_VALUE] when there is no deadline.
  public long nanosLeft() {
    return limited ? nanoTime - System.nanoTime() : Long.MAX_VALUE;
  }

  public boolean passed() {
    return limited && nanosLeft() <= 0;
  }

  /// The earlier of the two.
  public Deadline orEarlier(Deadline other) {
    if (!limited || !other.limited) {
      return limited ? this : other;
    }
    return nanoTime - other.nanoTime <= 0 ? this : other;
  }
}
