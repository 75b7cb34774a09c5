package stoa.session;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Tells when nobody has used the host for so long: no client that is heard, no call under way.
///
/// Time is counted between looks and at most [#STEP] for each, so that a machine or process that
/// was suspended finds everything as it was.
public final class Leases {
  /// How often to look, at least. Nanoseconds, as all here.
  public static final long STEP = TimeUnit.SECONDS.toNanos(1);

  /// Whoever was silent so long is asked.
  static final long ASK = TimeUnit.SECONDS.toNanos(5);

  /// Whoever was silent so long counts no more.
  static final long SILENCE = TimeUnit.SECONDS.toNanos(15);

  private final Supplier<? extends Collection<? extends Client>> clients;
  private final IntSupplier calls;
  private final LongSupplier clock;
  private final long limit;

  private long time; // guarded by this
  private long last; // guarded by this
  private long usedAt; // guarded by this

  /// Somebody who may hold a lease.
  interface Client {
    /// How often something has come from it.
    long reads();

    /// Has it say something.
    void ask();

    Lease lease();
  }

  /// @param calls how many are open
  /// @param clock any clock that goes on, nanoseconds
  /// @param limit nanoseconds
  Leases(
      Supplier<? extends Collection<? extends Client>> clients,
      IntSupplier calls,
      LongSupplier clock,
      long limit) {
    this.clients = clients;
    this.calls = calls;
    this.clock = clock;
    this.limit = limit;
    this.last = clock.getAsLong();
  }

  /// Looks who is there.
  ///
  /// @return whether the host was idle for the whole limit
  public synchronized boolean expired() {
    long now = clock.getAsLong();
    time += Math.clamp(now - last, 0, STEP);
    last = now;
    boolean used = calls.getAsInt() > 0;
    for (Client client : clients.get()) {
      used |= client.lease().look(client.reads(), time, client::ask);
    }
    if (used) {
      usedAt = time;
    }
    return time - usedAt >= limit;
  }
}
