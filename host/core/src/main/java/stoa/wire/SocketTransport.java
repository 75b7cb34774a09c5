package stoa.wire;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A connected socket, served by a [Loop]. What the loop's own thread writes leaves at the end of
/// its turn, all of it at once; what another thread writes leaves at once, without waking the loop.
public final class SocketTransport implements Transport, Loop.Ready {
  private final SocketChannel channel;
  private final Loop loop;
  private final Outbox outbox = new Outbox(); // guarded by itself

  private @Nullable SelectionKey key; // loop thread only
  private @Nullable Receiver receiver; // set before registration
  private boolean closing; // guarded by outbox
  private boolean awaitingWrite; // guarded by outbox
  private boolean flushPending; // loop thread only
  private boolean over; // loop thread only

  SocketTransport(SocketChannel channel, Loop loop) {
    this.channel = channel;
    this.loop = loop;
  }

  /// Connects to a socket. Blocks until it is connected, which on a Unix socket is at once.
  public static SocketTransport connect(SocketAddress address, Loop loop) throws IOException {
    return new SocketTransport(SocketChannel.open(address), loop);
  }

  @Override
  public void start(Receiver toReceive) {
    receiver = toReceive;
    try {
      channel.configureBlocking(false);
    } catch (IOException e) {
      broken(String.valueOf(e.getMessage()));
      return;
    }
    loop.register(channel, SelectionKey.OP_READ, this);
    synchronized (outbox) {
      writeNow();
    }
  }

  @Override
  public void write(Output output) {
    boolean onLoop = loop.isLoopThread();
    synchronized (outbox) {
      if (closing) {
        return;
      }
      output.appendTo(outbox);
      if (outbox.isStuck(System::nanoTime)) {
        closing = true;
        abort("it reads too slowly: " + outbox.size() + " bytes wait for it");
        return;
      }
      if (!onLoop && !awaitingWrite && receiver != null) {
        writeNow();
      }
    }
    if (onLoop && !flushPending) {
      flushPending = true;
      loop.flushLater(this);
    }
  }

  @Override
  public long queued() {
    synchronized (outbox) {
      return outbox.size();
    }
  }

  /// Writes what waits. Loop thread only.
  void flush() {
    flushPending = false;
    synchronized (outbox) {
      if (!awaitingWrite) {
        writeNow();
      }
    }
  }

  /// Under the outbox's lock. What the kernel does not take waits for the loop.
  private void writeNow() {
    try {
      while (outbox.size() > 0) {
        if (outbox.writeTo(channel) == 0) {
          awaitingWrite = true;
          loop.execute(() -> interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE));
          return;
        }
      }
    } catch (IOException e) {
      outbox.clear();
      loop.execute(() -> broken(String.valueOf(e.getMessage())));
      return;
    }
    if (closing) {
      loop.execute(() -> broken("closed by this side"));
    }
  }

  private void interest(int operations) {
    if (key != null && key.isValid()) {
      key.interestOps(operations);
    }
  }

  @Override
  public void ready(SelectionKey selected) throws IOException {
    key = selected;
    if (selected.isWritable()) {
      synchronized (outbox) {
        awaitingWrite = false;
        interest(SelectionKey.OP_READ);
        writeNow();
      }
    }
    if (selected.isValid() && selected.isReadable()) {
      read();
    }
  }

  private void read() throws IOException {
    ByteBuffer buffer = loop.readBuffer();
    int count = channel.read(buffer);
    if (count < 0) {
      broken("the other side closed it");
      return;
    }
    if (receiver != null && !over) {
      receiver.received(buffer.flip());
    }
  }

  @Override
  public void broken(String reason) {
    if (over) {
      return;
    }
    over = true;
    synchronized (outbox) {
      closing = true;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is gone either way; the reason for the end is the one given.
      reason += " (" + e.getMessage() + ")";
    }
    if (receiver != null) {
      receiver.closed(reason);
    }
  }

  @Override
  public void close() {
    synchronized (outbox) {
      if (closing) {
        return;
      }
      closing = true;
      if (outbox.size() > 0) {
        if (!awaitingWrite) {
          writeNow();
        }
        return;
      }
    }
    loop.execute(() -> broken("closed by this side"));
  }

  @Override
  public void abort(String reason) {
    loop.execute(() -> broken(reason));
  }
}
