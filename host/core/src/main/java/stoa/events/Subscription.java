package stoa.events;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Description;
import stoa.limit.Quota;

/// The events that wait for one subscriber, bounded. Any thread.
///
/// A lossless one makes publishers wait when it is full; one that wants only the latest keeps one
/// event for each topic, and forgets the topic that changed longest ago beyond [#CAPACITY].
final class Subscription {
  /// How many events wait at most.
  static final int CAPACITY = 1_024;

  /// How many bytes of events wait at most, unless one alone has more.
  static final long CAPACITY_BYTES = 8L << 20;

  private final Pattern pattern;
  private final boolean latest;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Object, Event> waiting = new LinkedHashMap<>(); // guarded by lock
  private long bytes; // guarded by lock; of those that wait
  private long number; // guarded by lock
  private boolean ended; // guarded by lock
  private @Nullable Failure dropped; // guarded by lock

  Subscription(Pattern pattern, boolean latest) {
    this.pattern = pattern;
    this.latest = latest;
  }

  Pattern pattern() {
    return pattern;
  }

  /// Takes an event in.
  ///
  /// @param patienceNanos how long to wait for room; 0: not at all
  /// @return whether there was room in time
  boolean offer(Event event, long patienceNanos) throws InterruptedException {
    lock.lock();
    try {
      if (latest) {
        keepLatest(event);
        return true;
      }
      long left = patienceNanos;
      while (isFull(event) && !ended) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      put(++number, event);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull(Event event) {
    return waiting.size() >= CAPACITY || (bytes > 0 && bytes + event.weight() > CAPACITY_BYTES);
  }

  private void keepLatest(Event event) {
    forget(event.topic());
    while (isFull(event)) {
      forget(waiting.keySet().iterator().next());
    }
    put(event.topic(), event);
  }

  private void forget(Object key) {
    Event old = waiting.remove(key);
    if (old != null) {
      bytes -= old.weight();
      old.settle();
    }
  }

  private void put(Object key, Event event) {
    if (!ended) {
      event.owe();
      bytes += event.weight();
      waiting.put(key, event);
      changed.signalAll();
    }
  }

  /// Waits for the next event, which the taker settles when it has been given on.
  ///
  /// @return empty after the end
  Optional<Event> take() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ended) {
        changed.await();
      }
      if (waiting.isEmpty()) {
        return Optional.empty();
      }
      Object first = waiting.keySet().iterator().next();
      changed.signalAll();
      Optional<Event> taken = Optional.ofNullable(waiting.remove(first));
      taken.ifPresent(event -> bytes -= event.weight());
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// It was full for too long: it takes no more, and ends when what waits has been taken.
  void drop() {
    lock.lock();
    try {
      boolean many = waiting.size() >= CAPACITY;
      Description said =
          Description.of(
              "the subscription was dropped: it took no event while as many waited for it as may.",
              "Take events faster, or subscribe to the latest of each topic only.");
      dropped =
          many
              ? Quota.EVENTS.exceeded(said, waiting.size(), CAPACITY)
              : Quota.QUEUED.exceeded(said, bytes, CAPACITY_BYTES);
    } finally {
      lock.unlock();
    }
    end(false);
  }

  /// Takes no more; what waits can still be taken, unless nobody will.
  void end(boolean forget) {
    lock.lock();
    try {
      ended = true;
      if (forget) {
        List.copyOf(waiting.keySet()).forEach(this::forget);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Why it was dropped; empty: it was not.
  Optional<Failure> dropped() {
    lock.lock();
    try {
      return Optional.ofNullable(dropped);
    } finally {
      lock.unlock();
    }
  }
}
