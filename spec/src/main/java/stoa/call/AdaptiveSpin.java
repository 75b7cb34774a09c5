package stoa.call;

import java.util.function.BooleanSupplier;

/// Waits a moment for what another thread is about to do, before its caller parks: waking a parked
/// thread on an idle core costs tens of microseconds, and most calls inside one process are
/// answered sooner.
///
/// It spins only while that pays: after a wait in vain it rests for a number of times that doubles
/// with each further one, and on a machine with one processor it never spins. One waiting thread at
/// a time; threads that share one only make its guesses worse.
public final class AdaptiveSpin {
  private static final long LIMIT_NANOS = 20_000;
  private static final int LONGEST_REST = 12;
  private static final boolean ALONE = Runtime.getRuntime().availableProcessors() == 1;

  private int misses;
  private int rest;

  /// @return whether it became true in time; if not, the caller parks
  public boolean await(BooleanSupplier condition) {
    if (condition.getAsBoolean()) {
      return true;
    }
    if (ALONE || rest > 0) {
      rest--;
      return false;
    }
    long start = System.nanoTime();
    do {
      for (int i = 0; i < 16; i++) {
        Thread.onSpinWait();
        if (condition.getAsBoolean()) {
          misses = 0;
          return true;
        }
      }
    } while (System.nanoTime() - start < LIMIT_NANOS);
    misses = Math.min(misses + 1, LONGEST_REST);
    rest = 1 << misses;
    return false;
  }
}
