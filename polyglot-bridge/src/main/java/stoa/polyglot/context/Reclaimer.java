package stoa.polyglot.context;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Hears from the garbage collector which proxies guests have forgotten. The guests' own means do
/// not serve: GraalPy runs no finalizers, and JavaScript's need a turn of a context that may be
/// idle for ever. One thread for all contexts of an engine, from the first proxy on.
public final class Reclaimer implements AutoCloseable {
  /// A forced collection stops all threads: not more often than this.
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
  private @Nullable Thread thread; // guarded by this
  private boolean closed; // guarded by this
  private long lastForced = System.nanoTime() - INTERVAL_NANOS; // guarded by this

  /// What is left of something when it is forgotten.
  abstract static class Trace<T> extends WeakReference<T> {
    Trace(T thing, Reclaimer reclaimer) {
      super(thing, reclaimer.queue);
      reclaimer.start();
    }

    /// Runs on the reclaimer's thread, and on that of whoever cannot wait for it. Must not block.
    abstract void forgotten();
  }

  /// Forces a collection, if the last one was not just now: what it finds is cleared when this
  /// returns, and given back soon. Only for when there is no other way: it takes its time.
  void collect() {
    synchronized (this) {
      long now = System.nanoTime();
      if (closed || now - lastForced < INTERVAL_NANOS) {
        return;
      }
      lastForced = now;
    }
    System.gc();
  }

  private synchronized void start() {
    if (thread == null && !closed) {
      Thread started = new Thread(this::run, "stoa-references");
      started.setDaemon(true);
      started.start();
      thread = started;
    }
  }

  private void run() {
    try {
      while (true) {
        if (queue.remove() instanceof Trace<?> trace) {
          trace.forgotten();
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
