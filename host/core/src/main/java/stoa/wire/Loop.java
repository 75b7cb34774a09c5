package stoa.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// One thread that serves many sockets: it reads what has come, handles all of it, then writes once
/// to each peer that has something waiting. Guest code never runs here.
public final class Loop implements AutoCloseable {
  private static final int READ_BUFFER = 256 * 1024;

  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  // Loop thread only.
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER);
  private final List<SocketTransport> unflushed = new ArrayList<>();

  /// What a socket does when it is ready. Called on the loop's thread.
  interface Ready {
    void ready(SelectionKey key) throws IOException;

    void broken(String reason);
  }

  private Loop(Selector selector, String name) {
    this.selector = selector;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  public static Loop start(String name) {
    try {
      Loop loop = new Loop(Selector.open(), name);
      loop.thread.start();
      return loop;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector", e);
    }
  }

  /// Registers a channel in non-blocking mode.
  void register(SelectableChannel channel, int interest, Ready ready) {
    execute(() -> {
      try {
        channel.configureBlocking(false);
        channel.register(selector, interest, ready);
      } catch (IOException e) {
        ready.broken(String.valueOf(e.getMessage()));
      }
    });
  }

  /// Runs a task on the loop's thread.
  void execute(Runnable task) {
    tasks.add(task);
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
  }

  boolean isLoopThread() {
    return Thread.currentThread() == thread;
  }

  /// A direct buffer for one read, empty. Loop thread only.
  ByteBuffer readBuffer() {
    return readBuffer.clear();
  }

  /// Has a transport written at the end of this turn. Loop thread only.
  void flushLater(SocketTransport transport) {
    unflushed.add(transport);
  }

  private void run() {
    try {
      while (!closed) {
        // What was put off at the end of the last turn must not wait for somebody to send
        // something.
        if (tasks.isEmpty()) {
          selector.select(this::handle);
        } else {
          selector.selectNow(this::handle);
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the loop's selector failed", e);
    } finally {
      release();
    }
  }

  private void flush() {
    // Writing may close a peer, which may make other peers have something to send.
    for (int i = 0; i < unflushed.size(); i++) {
      unflushed.get(i).flush();
    }
    unflushed.clear();
  }

  private void handle(SelectionKey key) {
    Ready ready = (Ready) key.attachment();
    try {
      ready.ready(key);
    } catch (IOException | RuntimeException e) {
      key.cancel();
      ready.broken(String.valueOf(e.getMessage()));
    }
  }

  private void release() {
    for (SelectionKey key : selector.keys()) {
      ((Ready) key.attachment()).broken("the host closed");
    }
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the selector", e);
    }
  }

  /// Closes every socket of the loop and waits for its thread.
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    if (isLoopThread()) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
