package stoa.polyglot.context;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/// Hears from the garbage collector which proxies guests have forgotten. The guests' own means do
/// not serve: GraalPy runs no finalizers, and JavaScript's need a turn of a context that may be
/// idle for ever. One thread for all contexts of an engine, from the first proxy on.
public final class Reclaimer implements AutoCloseable {
  private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
  private @Nullable Thread thread; // guarded by this
  private boolean closed; // guarded by this

  /// What is left of something when it is forgotten.
  abstract static class Trace<T> extends WeakReference<T> {
    Trace(T thing, Reclaimer reclaimer) {
      super(thing, reclaimer.queue);
      reclaimer.start();
    }

    /// Runs on the reclaimer's thread. Must not block.
    abstract void forgotten();
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
