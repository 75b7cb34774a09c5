package stoa.grant;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import stoa.module.Access;
import stoa.module.Grant;

/// What modules did with what they may, and what they were refused. Any thread.
public final class Ledger {
  /// Different uses of one module that are counted; those that come later are not.
  private static final int USES = 1_000;

  /// Refusals that are kept, of all modules.
  private static final int REFUSALS = 1_000;

  private final Clock clock;
  private final Map<String, Map<Grant, Tally>> byModule = new ConcurrentHashMap<>();
  private final Deque<Refusal> refusals = new ArrayDeque<>(); // guarded by this
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

  /// Something was refused.
  ///
  /// @param number counts them all, from 1
  public record Refusal(long number, String module, Grant grant, Instant at) {}

  void note(String module, Access.Use use) {
    Map<Grant, Tally> uses = byModule.computeIfAbsent(module, _ -> new ConcurrentHashMap<>());
    Tally tally = uses.get(use.grant());
    if (tally == null) {
      if (uses.size() >= USES) {
        return;
      }
      tally = uses.computeIfAbsent(use.grant(), _ -> new Tally());
    }
    (use.allowed() ? tally.allowed : tally.refused).increment();
    tally.lastMillis = clock.millis();
    if (!use.allowed()) {
      refuse(module, use.grant());
    }
  }

  private synchronized void refuse(String module, Grant grant) {
    refused++;
    refusals.addLast(new Refusal(refused, module, grant, clock.instant()));
    if (refusals.size() > REFUSALS) {
      refusals.removeFirst();
    }
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

  /// Refusals with a greater number than this one.
  synchronized List<Refusal> after(long number) {
    return refusals.stream().filter(refusal -> refusal.number() > number).toList();
  }

  /// The number of the last refusal; 0: there was none.
  synchronized long last() {
    return refused;
  }
}
