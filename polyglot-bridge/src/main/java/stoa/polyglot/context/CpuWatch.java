package stoa.polyglot.context;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Looks at the CPU time of all contexts of an engine ten times a second while any of them works,
/// and sleeps while none does. A call that ends before the second look costs nothing.
public final class CpuWatch implements AutoCloseable {
  private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(100);

  /// Looks in a row at which nothing was done before it sleeps.
  private static final int PATIENCE = 10;

  private final Set<CpuMeter> meters = ConcurrentHashMap.newKeySet();
  private @Nullable Thread thread; // guarded by this
  private volatile boolean asleep = true;
  private volatile boolean closed;

  /// From now on a context is watched.
  public void add(CpuMeter meter) {
    meters.add(meter);
  }

  public void remove(CpuMeter meter) {
    meters.remove(meter);
  }

  /// A context has something to do. Any thread; asked for each turn.
  void works() {
    if (asleep) {
      wake();
    }
  }

  private synchronized void wake() {
    if (!asleep || closed) {
      return;
    }
    asleep = false;
    if (thread == null) {
      thread = Thread.ofPlatform().name("stoa-cpu").daemon().start(this::run);
    } else {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    LockSupport.parkNanos(PERIOD);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int quiet = 0;
    while (!closed) {
      quiet = look(threads) ? 0 : quiet + 1;
      if (quiet < PATIENCE) {
        LockSupport.parkNanos(PERIOD);
      } else {
        sleep(threads);
        quiet = 0;
      }
    }
  }

  /// @return whether any context works
  private boolean look(ThreadMXBean threads) {
    boolean works = false;
    for (CpuMeter meter : meters) {
      works |= meter.look(threads);
    }
    return works;
  }

  /// What begins meanwhile either finds it asleep, or is seen by the last look.
  private void sleep(ThreadMXBean threads) {
    asleep = true;
    if (look(threads)) {
      asleep = false;
    }
    while (asleep && !closed) {
      LockSupport.park(this);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }
}
