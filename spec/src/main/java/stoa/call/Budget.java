package stoa.call;

import java.util.concurrent.atomic.AtomicLong;

/// How much unfinished payloads of one peer may take in this process. Any thread.
public final class Budget {
  /// For one payload and for all unfinished ones of a peer: 32 MiB, less where the heap is small.
  /// Bytes.
  public static final long MAX = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 8);

  private final AtomicLong used = new AtomicLong();

  /// @return whether there was room
  public boolean take(long bytes) {
    if (used.addAndGet(bytes) > MAX) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  public void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }
}
