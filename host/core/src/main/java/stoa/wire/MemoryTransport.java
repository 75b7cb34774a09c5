package stoa.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Two ends in one process, connected by copying bytes. Each end's receiver runs on a thread of its
/// own.
public final class MemoryTransport implements Transport {
  private final ExecutorService thread;
  private @Nullable MemoryTransport other;
  private @Nullable Receiver receiver; // own thread only
  private final List<ByteBuffer> early = new ArrayList<>(); // own thread only
  private boolean over; // own thread only
  private volatile boolean closed;

  private MemoryTransport(String name) {
    thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  /// Two connected ends.
  public record Pair(MemoryTransport left, MemoryTransport right) {}

  public static Pair pair(String name) {
    Pair pair = new Pair(new MemoryTransport(name + "-left"), new MemoryTransport(name + "-right"));
    pair.left.other = pair.right;
    pair.right.other = pair.left;
    return pair;
  }

  @Override
  public void start(Receiver toReceive) {
    later(() -> {
      receiver = toReceive;
      early.forEach(toReceive::received);
      early.clear();
    });
  }

  @Override
  public void write(Output output) {
    MemoryTransport to = other;
    if (closed || to == null) {
      return;
    }
    Outbox outbox = new Outbox();
    synchronized (this) {
      output.appendTo(outbox);
      ByteBuffer bytes = ByteBuffer.wrap(outbox.taken());
      to.later(() -> to.arrived(bytes));
    }
  }

  private void arrived(ByteBuffer bytes) {
    if (receiver != null && !over) {
      receiver.received(bytes);
    } else if (!over) {
      early.add(bytes);
    }
  }

  @Override
  public long queued() {
    return 0;
  }

  @Override
  public void close() {
    abort("closed by this side");
  }

  @Override
  public void abort(String reason) {
    closed = true;
    MemoryTransport to = other;
    if (to != null) {
      to.later(() -> to.end("the other side closed it"));
    }
    later(() -> end(reason));
  }

  private void end(String reason) {
    if (over) {
      return;
    }
    over = true;
    closed = true;
    if (receiver != null) {
      receiver.closed(reason);
    }
    thread.shutdown();
  }

  private void later(Runnable task) {
    if (!thread.isShutdown()) {
      try {
        thread.execute(task);
      } catch (RejectedExecutionException e) {
        // The end was closed between the two lines: what was sent to it is lost, as on a socket.
        closed = true;
      }
    }
  }
}
