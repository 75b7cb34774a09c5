package stoa.events;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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
  private @Nullable String ended; // guarded by lock

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
      while (isFull(event) && ended == null) {
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
    if (ended == null) {
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
      while (waiting.isEmpty() && ended == null) {
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

  /// Takes no more; what waits can still be taken, unless nobody will.
  void end(String reason, boolean forget) {
    lock.lock();
    try {
      ended = reason;
      if (forget) {
        List.copyOf(waiting.keySet()).forEach(this::forget);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Why it ended; empty if it did not.
  String reason() {
    lock.lock();
    try {
      return ended == null ? "" : ended;
    } finally {
      lock.unlock();
    }
  }
}
