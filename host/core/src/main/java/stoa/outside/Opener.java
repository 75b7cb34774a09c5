package stoa.outside;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Opens files for one caller, on a few threads of its own. A file that is swapped for a pipe in
/// the last moment blocks the thread that opens it, for ever and with all that share it: here it is
/// one of the caller's.
final class Opener {
  private static final int THREADS = 4;

  private final ThreadPoolExecutor threads;

  Opener() {
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("stoa-open").factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// What opens a file.
  @FunctionalInterface
  interface Opening {
    SeekableByteChannel open() throws IOException;
  }

  /// @throws IOException as the opening does; so do its unchecked exceptions
  SeekableByteChannel open(Opening opening) throws IOException, InterruptedException {
    CompletableFuture<SeekableByteChannel> opened = new CompletableFuture<>();
    threads.execute(() -> open(opening, opened));
    try {
      return opened.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException known -> throw known;
        case RuntimeException known -> throw known;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      opened.cancel(false); // nobody waits any more
    }
  }

  private static void open(Opening opening, CompletableFuture<SeekableByteChannel> opened) {
    if (opened.isDone()) {
      return;
    }
    try {
      SeekableByteChannel channel = opening.open();
      if (!opened.complete(channel)) {
        channel.close();
      }
    } catch (IOException | RuntimeException e) {
      opened.completeExceptionally(e);
    }
  }
}
