package stoa.events;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import stoa.value.Value;
import stoa.value.Weight;

/// What was published. Counts the subscriptions that still owe it to somebody, so that references
/// in it are held until it has arrived everywhere. Any thread.
public final class Event {
  private final String topic;
  private final Value value;
  private final String from;
  private final Runnable settled;
  private final long weight;
  private final AtomicInteger owed = new AtomicInteger(1);

  /// @param from who published it: `user`, the name of a module, `client#3`
  /// @param settled runs once, when nobody will be given the event any more
  public Event(String topic, Value value, String from, Runnable settled) {
    this.topic = topic;
    this.value = value;
    this.from = from;
    this.settled = settled;
    this.weight = Weight.of(value);
  }

  /// About how many bytes of memory it takes.
  long weight() {
    return weight;
  }

  String topic() {
    return topic;
  }

  List<String> words() {
    return Pattern.topic(topic);
  }

  /// One more will be given the event.
  void owe() {
    int before = owed.getAndIncrement();
    assert before > 0;
  }

  /// One was given it, or will not be.
  void settle() {
    if (owed.decrementAndGet() == 0) {
      settled.run();
    }
  }

  /// As subscribers get it.
  Value asValue() {
    Map<String, Value> map = new LinkedHashMap<>();
    map.put("topic", Value.of(topic));
    map.put("value", value);
    map.put("from", Value.of(from));
    return new Value.Dictionary(map);
  }
}
