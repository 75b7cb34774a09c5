package stoa.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.limit.Quota;
import stoa.value.Value;

/// Who is subscribed to what. Any thread; publishing and taking block the virtual thread of their
/// call.
public final class Topics {
  /// A subscriber that has been full for this long is dropped.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Subscriptions of one caller.
  static final int MOST = 1_000;

  private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> byCaller = new ConcurrentHashMap<>();

  /// Whether anybody is subscribed to anything.
  public boolean isHeard() {
    return !subscriptions.isEmpty();
  }

  /// Gives an event to all who want it, and waits until each lossless subscription has room for it.
  ///
  /// @return how many subscriptions got it
  public long publish(Event event) throws InterruptedException {
    return give(event, PATIENCE.toNanos());
  }

  /// The same without waiting: who has no room is dropped.
  public void tell(Event event) {
    try {
      long unused = give(event, 0);
      assert unused >= 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long give(Event event, long patienceNanos) throws InterruptedException {
    try {
      return giveEach(event, event.words(), patienceNanos);
    } finally {
      event.settle();
    }
  }

  private long giveEach(Event event, List<String> words, long patienceNanos)
      throws InterruptedException {
    long given = 0;
    List<Subscription> full = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      if (subscription.pattern().matches(words)) {
        if (subscription.offer(event, patienceNanos)) {
          given++;
        } else {
          full.add(subscription);
        }
      }
    }
    full.forEach(this::drop);
    return given;
  }

  private void drop(Subscription full) {
    subscriptions.remove(full);
    full.drop();
  }

  /// The events of a pattern from now on, to be closed.
  ///
  /// @param caller whose they are
  /// @param latest keep only the latest event of each topic for a subscriber that is slow
  /// @throws FailureException RESOURCE_EXHAUSTED if the caller has too many
  public Stream<Value> subscribe(String caller, String pattern, boolean latest) {
    Subscription subscription = new Subscription(Pattern.of(pattern), latest);
    enter(caller);
    subscriptions.add(subscription);
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    Taken taken = new Taken(subscription);
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(taken, traits), false)
        .onClose(() -> {
          subscriptions.remove(subscription);
          byCaller.computeIfPresent(caller, (_, count) -> count == 1 ? null : count - 1);
          subscription.end(true);
          taken.settle();
        });
  }

  private void enter(String caller) {
    int count = byCaller.merge(caller, 1, Integer::sum);
    if (count > MOST) {
      byCaller.computeIfPresent(caller, (_, one) -> one - 1);
      throw new FailureException(
          Quota.SUBSCRIPTIONS.exceeded(
              Description.of(
                      "`%s` has %,d subscriptions, as many as one caller may have."
                          .formatted(caller, count - 1),
                      "Close those that are not needed, or subscribe to more with one pattern: `price.*`.")
                  .asRetryable()
                  .with(Map.of("who", caller)),
              count - 1,
              MOST));
    }
  }

  /// Ends all subscriptions.
  public void close() {
    subscriptions.forEach(subscription -> subscription.end(true));
    subscriptions.clear();
  }

  /// The events of one subscription, one after the other.
  private static final class Taken implements Iterator<Value> {
    private final Subscription subscription;
    private @Nullable Event next;
    private @Nullable Event given;

    Taken(Subscription subscription) {
      this.subscription = subscription;
    }

    /// What was taken before has arrived by now.
    void settle() {
      if (given != null) {
        given.settle();
        given = null;
      }
    }

    @Override
    public boolean hasNext() {
      if (next == null) {
        settle();
        next = take().orElse(null);
      }
      return next != null;
    }

    private Optional<Event> take() {
      try {
        Optional<Event> event = subscription.take();
        Optional<Failure> dropped = subscription.dropped();
        if (event.isEmpty() && dropped.isPresent()) {
          throw new FailureException(dropped.get());
        }
        return event;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FailureException(
            Failure.of(Code.CANCELLED, "the subscription was cancelled.", ""), e);
      }
    }

    @Override
    public Value next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException("the subscription is over");
      }
      Event event = next;
      next = null;
      given = event;
      return event.asValue();
    }
  }
}
