package stoa.escapes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import stoa.call.FailureException;
import stoa.client.ModuleClient;
import stoa.value.Json;

/// A module that is called all the time and has to answer as ever.
final class Neighbour implements AutoCloseable {
  private static final long PAUSE_NANOS = 10_000_000;
  private static final int MOST = 100_000;

  private final ModuleClient module;
  private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
  private final AtomicLong calls = new AtomicLong();
  private final long[] nanos = new long[MOST];
  private final Thread thread;
  private volatile boolean over;

  Neighbour(ModuleClient module) {
    this.module = module;
    thread = Thread.ofVirtual().name("neighbour").start(this::run);
  }

  private void run() {
    while (!over) {
      long start = System.nanoTime();
      long n = calls.get();
      try {
        String sound = Json.write(module.call("sound", n));
        if (!sound.equals("[%d,{\"a\":[2,4,6]},\"{\\\"b\\\":[%d]}\",\"1,2\"]".formatted(n, n))) {
          problems.add("the neighbour answers " + sound);
        }
      } catch (FailureException e) {
        if (!over) {
          problems.add("the neighbour: " + e.failure());
        }
      }
      nanos[(int) (n % MOST)] = System.nanoTime() - start;
      calls.incrementAndGet();
      java.util.concurrent.locks.LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  List<String> problems() {
    List<String> all = new ArrayList<>();
    for (String problem = problems.poll(); problem != null; problem = problems.poll()) {
      all.add(problem);
    }
    return all;
  }

  String told() {
    return "%d calls, p50 %.1f ms, p99 %.1f ms, longest %.1f ms"
        .formatted(calls.get(), millis(0.5), millis(0.99), millis(1));
  }

  /// How long it took to answer, in milliseconds, for this part of the calls.
  private double millis(double part) {
    long[] all = Arrays.copyOf(nanos, (int) Math.min(MOST, calls.get()));
    Arrays.sort(all);
    return all.length == 0 ? 0 : all[(int) Math.min(all.length - 1, all.length * part)] / 1e6;
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
