package stoa.cli.batch;

import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/// Tells how a batch stands while it runs: a bar that is drawn anew on a terminal, a line now and
/// then elsewhere. On a thread of its own.
public final class Progress implements AutoCloseable {
  private static final Duration BAR = Duration.ofMillis(200);
  private static final Duration LINES = Duration.ofSeconds(5);
  private static final int CELLS = 24;

  private final PrintStream err;
  private final boolean terminal;
  private final Tally tally;
  private final Supplier<OptionalDouble> part;
  private final Thread thread;
  private volatile boolean drawn;

  /// @param part of the input that is read, 0 to 1, if its length is known
  public Progress(PrintStream err, boolean terminal, Tally tally, Supplier<OptionalDouble> part) {
    this.err = err;
    this.terminal = terminal;
    this.tally = tally;
    this.part = part;
    this.thread = Thread.ofVirtual().name("stoa-progress").start(this::tell);
  }

  private void tell() {
    try {
      while (true) {
        Thread.sleep(terminal ? BAR : LINES);
        if (terminal) {
          err.print("\r\u001b[K" + bar() + text());
          drawn = true;
        } else {
          err.println(text());
        }
        err.flush();
      }
    } catch (InterruptedException e) {
      // The batch is over.
    }
  }

  private String bar() {
    OptionalDouble read = part.get();
    if (read.isEmpty()) {
      return "";
    }
    double share = Math.clamp(read.getAsDouble(), 0, 1);
    int full = (int) Math.round(share * CELLS);
    return "[%s%s] %3.0f %%  ".formatted("#".repeat(full), ".".repeat(CELLS - full), share * 100);
  }

  private String text() {
    long failed = tally.failed();
    String failures = failed == 0 ? "" : ", %,d failed".formatted(failed);
    return "%,d items%s, %,d/s".formatted(tally.items(), failures, tally.rate());
  }

  /// Takes the bar away.
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (drawn) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
