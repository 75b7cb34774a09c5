package stoa.module;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import stoa.limit.Limits;
import stoa.module.Surroundings.Line;

/// Lets through what an instance prints, as much as it may ([Limits#outputBytes]). When that is
/// used up, lines are left out until an eighth of it has grown again; a line says so at once, and
/// another one how many are missing. Any thread.
public final class OutputGate {
  /// What a line costs beside its text.
  private static final int OVERHEAD = 20;

  private static final int REOPENS = 8;

  private final long most;
  private final LongSupplier nanoTime;
  private double left; // guarded by this
  private long lastNanos; // guarded by this
  private long missing; // guarded by this
  private long missingInAll; // guarded by this
  private volatile boolean closed; // written under this

  /// @param most bytes in [Limits#OUTPUT_TIME]
  /// @param nanoTime a monotonic clock
  public OutputGate(long most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.left = most;
    this.lastNanos = nanoTime.getAsLong();
  }

  /// @param taker gets the line if it may pass, and what has to be said of those that may not
  /// @return whether this is the first of many that may not
  public boolean pass(Line line, Consumer<Line> taker) {
    boolean wasClosed;
    boolean leftOut;
    long told = 0;
    synchronized (this) {
      wasClosed = closed;
      leftOut = !takes(line);
      if (leftOut) {
        missing++;
        missingInAll++;
      } else {
        told = missing;
        missing = 0;
      }
    }
    if (leftOut && !wasClosed) {
      taker.accept(
          said(
              "from here on lines are left out: more than %,d bytes were printed in %d minutes"
                  .formatted(most, Limits.OUTPUT_TIME.toMinutes())));
      return true;
    }
    if (told > 0) {
      taker.accept(said("%,d lines are missing here: too much was printed".formatted(told)));
    }
    if (!leftOut) {
      taker.accept(line);
    }
    return false;
  }

  private boolean takes(Line line) {
    grow();
    closed = closed ? left * REOPENS < most : left < 0;
    if (!closed) {
      left -= line.text().length() + OVERHEAD;
    }
    return !closed;
  }

  private void grow() {
    long now = nanoTime.getAsLong();
    double time = (double) (now - lastNanos) / (double) Limits.OUTPUT_TIME.toNanos();
    left = Math.min((double) most, left + time * (double) most);
    lastNanos = now;
  }

  private static Line said(String text) {
    return new Line(Surroundings.Stream.WARNING, text);
  }

  /// Whether lines are left out now.
  public boolean isClosed() {
    return closed;
  }

  /// How many lines were left out.
  public synchronized long missing() {
    return missingInAll;
  }

  /// How many of the bytes that there are were printed.
  public synchronized long used() {
    grow();
    return most - (long) left;
  }
}
