package stoa.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A pair of pipes, as a child's standard input and output, each served by a blocking thread.
public final class PipeTransport implements Transport {
  private static final int READ_BUFFER = 64 * 1024;
  private static final long CLOSE_LIMIT_MS = 2_000;

  private final InputStream in;
  private final OutputStream out;
  private final String name;
  private final Outbox outbox = new Outbox(); // guarded by itself
  private final CountDownLatch written = new CountDownLatch(1);
  private boolean closing; // guarded by outbox
  private String reason = ""; // guarded by outbox

  /// @param name for the two threads
  public PipeTransport(InputStream in, OutputStream out, String name) {
    this.in = in;
    this.out = out;
    this.name = name;
  }

  @Override
  public void start(Receiver receiver) {
    Thread.ofPlatform().name(name + "-read").daemon().start(() -> read(receiver));
    Thread.ofPlatform().name(name + "-write").daemon().start(this::write);
  }

  @Override
  public void write(Output output) {
    synchronized (outbox) {
      if (!closing) {
        output.appendTo(outbox);
        if (outbox.isStuck(System::nanoTime)) {
          closing = true;
          reason = "it reads too slowly: " + outbox.size() + " bytes wait for it";
          outbox.clear();
          Thread.ofPlatform().name(name + "-close").daemon().start(this::cutOff);
        }
        outbox.notifyAll();
      }
    }
  }

  @Override
  public long queued() {
    synchronized (outbox) {
      return outbox.size();
    }
  }

  private void read(Receiver receiver) {
    byte[] buffer = new byte[READ_BUFFER];
    String end = "the other side closed it";
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        receiver.received(ByteBuffer.wrap(buffer, 0, count));
        if (closing()) {
          break;
        }
      }
    } catch (IOException e) {
      end = String.valueOf(e.getMessage());
    }
    synchronized (outbox) {
      closing = true;
      outbox.notifyAll();
      end = reason.isEmpty() ? end : reason;
    }
    receiver.closed(end);
  }

  private boolean closing() {
    synchronized (outbox) {
      return closing;
    }
  }

  private void write() {
    try (out) {
      byte[] next = next();
      while (next.length > 0) {
        out.write(next);
        out.flush();
        next = next();
      }
    } catch (IOException e) {
      synchronized (outbox) {
        closing = true;
        reason = "it does not read: " + e.getMessage();
        outbox.clear();
      }
    } finally {
      written.countDown();
    }
  }

  /// Waits for bytes to send; none means the end.
  private byte[] next() {
    synchronized (outbox) {
      while (outbox.size() == 0 && !closing) {
        try {
          outbox.wait();
        } catch (InterruptedException e) {
          closing = true;
          Thread.currentThread().interrupt();
        }
      }
      return outbox.taken();
    }
  }

  @Override
  public void close() {
    synchronized (outbox) {
      if (closing) {
        return;
      }
      closing = true;
      reason = "closed by this side";
      outbox.notifyAll();
    }
    // The other side closes its end when it sees the end of its input; one that does not is cut
    // off.
    Thread.ofPlatform().name(name + "-close").daemon().start(this::cutOff);
  }

  private void cutOff() {
    try {
      if (!written.await(CLOSE_LIMIT_MS, TimeUnit.MILLISECONDS)) {
        out.close();
      }
      in.close();
    } catch (IOException | InterruptedException e) {
      synchronized (outbox) {
        reason = "closed by this side: " + e.getMessage();
      }
    }
  }

  @Override
  public void abort(String why) {
    synchronized (outbox) {
      outbox.clear();
    }
    close();
  }
}
