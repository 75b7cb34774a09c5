package stoa.grant;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import stoa.module.Access;
import stoa.module.Grant;

/// What modules did with what they may, and what they were refused. Any thread.
public final class Ledger {
  /// Different uses of one module that are counted one by one; those that come later are counted
  /// together.
  private static final int USES = 1_000;

  /// Different refusals that are kept of one module, the last ones.
  private static final int REFUSALS = 200;

  /// Of a value. Longer ones are no paths and no names; they are counted together, and never cut:
  /// half a path is another one.
  private static final int LONGEST = 4_096;

  private final Clock clock;
  private final Map<String, Map<Grant, Tally>> byModule = new ConcurrentHashMap<>();
  private final Map<String, Tally> others = new ConcurrentHashMap<>();

  /// By module, the last one at the end.
  private final Map<String, LinkedHashMap<Grant, Refusal>> refusals =
      new HashMap<>(); // guarded by this

  private long refused; // guarded by this

  Ledger(Clock clock) {
    this.clock = clock;
  }

  private static final class Tally {
    final LongAdder allowed = new LongAdder();
    final LongAdder refused = new LongAdder();
    volatile long lastMillis;
  }

  /// How often something was done, or refused.
  public record Row(Grant use, long allowed, long refused, Instant last) {}

  /// How often something else was done that is not counted one by one, or refused.
  public record Rest(long allowed, long refused) {}

  /// Something was refused.
  ///
  /// @param number counts them all, from 1
  public record Refusal(long number, String module, Grant grant, Instant at) {}

  void note(String module, Access.Use use) {
    boolean isLong = use.grant().value().length() > LONGEST;
    Tally tally = isLong ? other(module) : tally(module, use.grant());
    (use.allowed() ? tally.allowed : tally.refused).increment();
    tally.lastMillis = clock.millis();
    if (!use.allowed() && !isLong) {
      refuse(module, use.grant());
    }
  }

  private Tally tally(String module, Grant grant) {
    Map<Grant, Tally> uses = byModule.computeIfAbsent(module, _ -> new ConcurrentHashMap<>());
    Tally known = uses.get(grant);
    if (known != null) {
      return known;
    }
    return uses.size() < USES ? uses.computeIfAbsent(grant, _ -> new Tally()) : other(module);
  }

  private Tally other(String module) {
    return others.computeIfAbsent(module, _ -> new Tally());
  }

  private synchronized void refuse(String module, Grant grant) {
    refused++;
    var known = refusals.computeIfAbsent(module, _ -> new LinkedHashMap<>());
    known.remove(grant);
    known.putLast(grant, new Refusal(refused, module, grant, clock.instant()));
    if (known.size() > REFUSALS) {
      var _ = known.pollFirstEntry();
    }
  }

  Rest rest(String module) {
    Tally tally = others.getOrDefault(module, new Tally());
    return new Rest(tally.allowed.sum(), tally.refused.sum());
  }

  /// What a module did, by kind and value.
  List<Row> of(String module) {
    return byModule.getOrDefault(module, Map.of()).entrySet().stream()
        .map(entry -> row(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparing((Row row) -> row.use().kind())
                .thenComparing(row -> row.use().value()))
        .toList();
  }

  private static Row row(Grant use, Tally tally) {
    return new Row(
        use, tally.allowed.sum(), tally.refused.sum(), Instant.ofEpochMilli(tally.lastMillis));
  }

  /// Refusals with a greater number than this one; of the same the last one.
  synchronized List<Refusal> after(long number) {
    return refusals.values().stream()
        .flatMap(known -> known.values().stream())
        .filter(refusal -> refusal.number() > number)
        .sorted(Comparator.comparingLong(Refusal::number))
        .toList();
  }

  /// The number of the last refusal; 0: there was none.
  synchronized long last() {
    return refused;
  }
}
