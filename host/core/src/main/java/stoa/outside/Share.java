package stoa.outside;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.Semaphore;

/// What one caller may have of the host at once. Who wants more waits.
final class Share {
  private static final int PROGRAMS = 8;
  private static final int BYTES = 64 << 20;

  private final Semaphore programs = new Semaphore(PROGRAMS, true);
  private final Semaphore bytes = new Semaphore(BYTES, true);
  private final Opener opener = new Opener();

  /// To be given back.
  interface Taken extends AutoCloseable {
    @Override
    void close();
  }

  /// Opens a file, as soon as one of the caller's threads can.
  SeekableByteChannel open(Opener.Opening opening) throws IOException, InterruptedException {
    return opener.open(opening);
  }

  Taken program() throws InterruptedException {
    programs.acquire();
    return programs::release;
  }

  /// Memory for so many bytes; for more than there are at all, for all of them.
  Taken memory(long count) throws InterruptedException {
    int taken = (int) Math.min(BYTES, count);
    bytes.acquire(taken);
    return () -> bytes.release(taken);
  }
}
