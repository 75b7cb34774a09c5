package stoa.host;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import stoa.wire.Peer;

/// Gives on what modules write for the calls of one client, in order, without ever holding up the
/// thread that reads from the host. It has a thread of its own once there is a line.
final class Echo implements AutoCloseable {
  /// How many lines wait for a slow taker before more are left out.
  private static final int MOST = 10_000;

  /// For a taker that takes nothing.
  private static final long PATIENCE_SECONDS = 5;

  private final Consumer<LogLine> taker;
  private final ThreadPoolExecutor thread;
  private boolean missed; // guarded by this

  Echo(Consumer<LogLine> taker) {
    this.taker = taker;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST),
            Thread.ofPlatform().daemon().name("stoa-echo").factory());
  }

  /// Takes a line. Any thread; never blocks.
  synchronized void said(LogLine line) {
    try {
      if (missed) {
        thread.execute(this::tellMissed);
        missed = false;
      }
      thread.execute(() -> taker.accept(line));
    } catch (RejectedExecutionException e) {
      missed = true;
    }
  }

  private void tellMissed() {
    taker.accept(LogLine.of(Peer.LogLine.MISSED));
  }

  /// Waits until all has been given on that was said, unless nobody takes it.
  @Override
  public void close() {
    thread.shutdown();
    try {
      boolean told = thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
      synchronized (this) {
        if (told && missed) {
          tellMissed();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
