package stoa.router;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;

/// How many calls each caller has open at one instance, up to a limit. Guarded by its owner.
final class Consumers {
  /// Open calls of one instance, those that wait included.
  static final int MAX_OPEN = 10_000;

  private static final int NAMED = 3;

  /// Callers without a call that are remembered, so that a lone call makes no new entry each time.
  private static final int IDLE = 64;

  private final Map<String, Count> counts = new HashMap<>();
  private int open;

  private static final class Count {
    int calls;
  }

  int open() {
    return open;
  }

  /// @param callee `words#1`
  /// @throws FailureException RESOURCE_EXHAUSTED, which names the callers with the most calls
  void enter(String caller, String callee) {
    if (open >= MAX_OPEN) {
      throw new FailureException(exhausted(callee));
    }
    Count count = counts.get(caller);
    if (count == null) {
      count = new Count();
      counts.put(caller, count);
    }
    count.calls++;
    open++;
  }

  void leave(String caller) {
    open--;
    Count count = counts.get(caller);
    if (count != null && --count.calls == 0 && counts.size() > IDLE) {
      counts.remove(caller);
    }
  }

  private Failure exhausted(String callee) {
    String who =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue().calls > 0)
            .sorted(
                Comparator.comparingInt((Map.Entry<String, Count> e) -> -e.getValue().calls)
                    .thenComparing(Map.Entry::getKey))
            .limit(NAMED)
            .map(e -> "%s: %s calls".formatted(e.getKey(), grouped(e.getValue().calls)))
            .collect(Collectors.joining(", "));
    return Failure.of(
        Code.RESOURCE_EXHAUSTED,
        Description.of(
                "`%s` has %s calls open, as many as it may have; most are of %s."
                    .formatted(callee, grouped(open), who),
                "Wait for some of them to end, or give the module more `instances`.")
            .asRetryable()
            .with(
                Map.of(
                    "quota",
                    "open calls",
                    "used",
                    Integer.toString(open),
                    "max",
                    Integer.toString(MAX_OPEN),
                    "who",
                    who)));
  }

  private static String grouped(int calls) {
    return String.format(Locale.ROOT, "%,d", calls);
  }
}
