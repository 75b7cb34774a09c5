package stoa.router;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;

/// When a module that has ended by itself, or could not be loaded, may be started again. Starts
/// nothing itself. Any thread.
///
/// An end within [#GOOD_STRETCH] of the start is a crash. Crashes in a row make the pause before
/// the next start longer, from 100 ms, doubled each time, to 30 s. Calls wait for a pause of up to
/// 2 s; in a longer one they are refused: the circuit is open. A good stretch, a changed file or a
/// reload ends the row. Copies that end together count once, and those that the host killed, for
/// code that it could not stop otherwise, not at all.
///
/// A failure to load is the answer for a second to all who call meanwhile, unless a file was
/// changed.
final class Supervision {
  static final Duration GOOD_STRETCH = Duration.ofSeconds(10);

  /// The detail of a failure that says how often the module was started again before.
  static final String RESTARTS = "restarts";

  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(30);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);
  private static final long REMEMBERED = TimeUnit.SECONDS.toNanos(1);

  /// Beyond this many doublings the longest pause is reached anyway.
  private static final int MOST_DOUBLINGS = 16;

  private final String name;
  private final LongSupplier nanoTime;
  private final BooleanSupplier ending;

  private @Nullable FileState files; // guarded by this
  private @Nullable Unloadable unloadable; // guarded by this
  private @Nullable Down down; // guarded by this
  private int crashes; // guarded by this
  private int restarts; // guarded by this
  private long lastEnd; // guarded by this

  /// It could not be loaded, and is not tried again before `until`.
  private record Unloadable(Failure why, long until) {}

  /// It has ended, and is not started again before `until`.
  private record Down(Failure why, long until) {}

  /// What to do for a call that needs the module.
  sealed interface Verdict {
    /// @param restarts how often it was started again before
    record Start(int restarts) implements Verdict {}

    /// Ask again after this time.
    record Wait(long nanos) implements Verdict {}

    /// @param nanos after which asking again may help
    record Refuse(Failure why, long nanos) implements Verdict {}
  }

  /// @param nanoTime a monotonic clock
  /// @param ending whether the host is about to end
  Supervision(String name, LongSupplier nanoTime, BooleanSupplier ending) {
    this.name = name;
    this.nanoTime = nanoTime;
    this.ending = ending;
  }

  /// @param now how the module's files stand
  synchronized Verdict decide(FileState now) {
    if (!now.equals(files)) {
      forgive();
      files = now;
    }
    long time = nanoTime.getAsLong();
    Unloadable known = unloadable;
    if (known != null && known.until - time > 0) {
      return new Verdict.Refuse(known.why, known.until - time);
    }
    Down end = down;
    if (end != null && ending.getAsBoolean()) {
      return new Verdict.Refuse(Router.stopping(), Long.MAX_VALUE);
    }
    long left = end == null ? 0 : end.until - time;
    if (end != null && left > 0) {
      return pause() <= PATIENCE
          ? new Verdict.Wait(left)
          : new Verdict.Refuse(resting(end.why, left), left);
    }
    restarts += end == null ? 0 : 1;
    down = null;
    return new Verdict.Start(restarts);
  }

  /// An instance is there.
  void began(Instance instance, int restarts) {
    instance.began(new Instance.Start(nanoTime.getAsLong(), restarts));
  }

  /// The module could not be loaded.
  synchronized void failed(Failure why) {
    if (why.code() == Code.LOAD_FAILED) {
      unloadable = new Unloadable(why, nanoTime.getAsLong() + REMEMBERED);
    }
  }

  /// An instance has ended, and nobody had asked it to.
  synchronized void ended(Instance.Start start, Failure why) {
    long time = nanoTime.getAsLong();
    if (time - start.nanoTime() >= GOOD_STRETCH.toNanos()) {
      crashes = 0;
      restarts = 0;
    } else if (isCrash(why) && (crashes == 0 || start.nanoTime() - lastEnd >= 0)) {
      crashes++;
    }
    lastEnd = time;
    down = new Down(why, isCrash(why) ? time + pause() : time);
  }

  /// What is wrong with the module now, for people; empty if nothing is known.
  synchronized String note() {
    long left = down == null ? 0 : down.until - nanoTime.getAsLong();
    if (down != null && left > 0) {
      return String.format(
          Locale.ROOT, "it ended %d times in a row and rests for %.1f s", crashes, left / 1e9);
    }
    return down == null ? "" : "it has ended: " + down.why.message();
  }

  private static boolean isCrash(Failure why) {
    return !why.details().containsKey("by");
  }

  /// What was is forgotten: the next call starts the module.
  synchronized void forgive() {
    unloadable = null;
    down = null;
    crashes = 0;
    restarts = 0;
  }

  private long pause() {
    return crashes == 0
        ? 0
        : Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(crashes - 1, MOST_DOUBLINGS));
  }

  private Failure resting(Failure why, long nanos) {
    Map<String, String> details = new HashMap<>(why.details());
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    details.put("retry_after_ms", Long.toString(millis));
    details.put(RESTARTS, Integer.toString(restarts));
    return Failure.of(
        Code.UNAVAILABLE,
        Description.of(
                String.format(
                    Locale.ROOT,
                    "`%s` has ended %d times in a row, each time soon after its start, the last time %s. It rests"
                        + " and is tried again in %.1f s.",
                    name,
                    crashes,
                    how(why),
                    millis / 1000.0),
                "`stoa logs %s` shows what it wrote. A changed file or a reload starts it at once."
                    .formatted(name))
            .asRetryable()
            .with(details));
  }

  private static String how(Failure why) {
    Optional<String> signal = Optional.ofNullable(why.details().get("signal"));
    Optional<String> code = Optional.ofNullable(why.details().get("exit_code"));
    return signal
        .map(text -> "killed by " + text)
        .or(() -> code.map(text -> "with exit code " + text))
        .orElse("so: " + why.message().replaceFirst("\\.$", ""));
  }
}
