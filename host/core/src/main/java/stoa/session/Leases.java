package stoa.session;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Tells when nobody has used the host for so long: no client that is heard, no call under way.
///
/// One client that is heard is enough. So nobody is asked while there is one; else few are asked at
/// first, and more and more while nobody answers: ten thousand clients that are silent cost one
/// Ping each five seconds. Who was not asked counts.
///
/// Time is counted between looks and at most [#STEP] for each, so that a machine or process that
/// was suspended finds everything as it was.
public final class Leases {
  /// How often to look, at least. Nanoseconds, as all here.
  public static final long STEP = TimeUnit.SECONDS.toNanos(1);

  /// Whoever was silent so long may be asked.
  static final long ASK = TimeUnit.SECONDS.toNanos(5);

  /// Whoever was asked and was silent for so long counts no more.
  static final long ANSWER = TimeUnit.SECONDS.toNanos(10);

  /// How many times as many are asked after a step without an answer.
  private static final int MORE = 4;

  private final Supplier<? extends Collection<? extends Client>> clients;
  private final IntSupplier calls;
  private final LongSupplier clock;
  private final long limit;

  private long time; // guarded by this
  private long last; // guarded by this
  private long usedAt; // guarded by this
  private long askedAt = -STEP; // guarded by this
  private int batch = 1; // guarded by this; how many are asked next

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
    boolean heard = false;
    Collection<? extends Client> all = clients.get();
    for (Client client : all) {
      heard |= client.lease().isHeard(client.reads(), time);
      used |= client.lease().counts(time);
    }
    if (heard) {
      batch = 1;
    } else if (time - askedAt >= STEP) {
      ask(all);
    }
    if (used) {
      usedAt = time;
    }
    return time - usedAt >= limit;
  }

  private void ask(Collection<? extends Client> all) {
    all.stream()
        .filter(client -> client.lease().mayBeAsked(time))
        .limit(batch)
        .forEach(client -> {
          client.lease().asked(time);
          client.ask();
        });
    askedAt = time;
    batch = (int) Math.min((long) batch * MORE, Integer.MAX_VALUE);
  }
}
