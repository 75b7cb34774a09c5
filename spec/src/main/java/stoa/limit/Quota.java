package stoa.limit;

import java.util.HashMap;
import java.util.Map;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;

/// What there is only so much of (PROTOCOL.md, "Limits").
public enum Quota {
  /// CPU time of a call. Milliseconds.
  CPU("cpu", "ms", "used by"),
  /// Time that a call takes. Milliseconds.
  WALL("wall", "ms", "used by"),
  /// Calls that an instance has open, or a caller.
  CALLS("open calls", "calls", "open at"),
  /// Calls that wait at an instance.
  QUEUE("waiting calls", "calls", "waiting at"),
  /// What waits to be taken.
  QUEUED("bytes queued", "bytes", "waiting at"),
  /// Objects that were handed out.
  REFERENCES("references", "references", "handed out by"),
  /// What a caller is subscribed to.
  SUBSCRIPTIONS("subscriptions", "subscriptions", "open at"),
  /// Events that wait for a subscriber.
  EVENTS("waiting events", "events", "waiting at"),
  /// What an instance prints, or a program that it runs. Bytes.
  OUTPUT("output", "bytes", "printed by"),
  /// Memory of a worker or a process. Bytes.
  HEAP("heap", "bytes", "used by");

  /// The detail of a failure that says which quota it is about.
  public static final String DETAIL = "quota";

  private final String id;
  private final String unit;
  private final String where;

  Quota(String id, String unit, String where) {
    this.id = id;
    this.unit = unit;
    this.where = where;
  }

  /// As failures and `describe` name it.
  public String id() {
    return id;
  }

  /// What it is counted in, for people.
  public String unit() {
    return unit;
  }

  /// How it stands to the one whose it is, for people: `open at`.
  String where() {
    return where;
  }

  /// It is used up.
  ///
  /// @param said what happened and what to do
  public Failure exceeded(Description said, long used, long max) {
    Map<String, String> details = new HashMap<>(said.details());
    details.put(DETAIL, id);
    details.put("used", Long.toString(used));
    details.put("max", Long.toString(max));
    return Failure.of(Code.RESOURCE_EXHAUSTED, said.with(details));
  }
}
