package stoa.router;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What was last decided about each module, and why: `stoa.why`. Any thread.
public final class Decisions {
  /// Of one module.
  static final int KEPT = 50;

  /// Names that were not heard of for longest are forgotten first.
  private static final int MODULES = 1_000;

  private final Clock clock;
  private final Excesses excesses = new Excesses(this);

  private final Map<String, Deque<Decision>> byModule = // guarded by this
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Decision>> eldest) {
          return size() > MODULES;
        }
      };

  /// What happened.
  public enum What {
    FOUND,
    STARTED,
    NOT_STARTED,
    /// Becoming ready took long.
    SLOW,
    /// To a worker, where it can be killed.
    MOVED,
    RELOADED,
    NOT_RELOADED,
    UNLOADED,
    /// An instance ended because it was told to.
    STOPPED,
    /// An instance ended by itself.
    CRASHED,
    DENIED,
    /// A limit was reached.
    EXHAUSTED;

    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /// One of them.
  ///
  /// @param why for people
  public record Decision(Instant at, What what, String why) {}

  Decisions(Clock clock) {
    this.clock = clock;
  }

  /// Notes which limits were reached.
  public Excesses excesses() {
    return excesses;
  }

  public void note(String module, What what, String why) {
    Decision decision = new Decision(clock.instant(), what, why);
    synchronized (this) {
      Deque<Decision> known = byModule.computeIfAbsent(module, _ -> new ArrayDeque<>());
      known.addLast(decision);
      if (known.size() > KEPT) {
        known.removeFirst();
      }
    }
  }

  /// The last ones about a module, the newest last.
  public synchronized List<Decision> about(String module) {
    Deque<Decision> known = byModule.get(module);
    return known == null ? List.of() : List.copyOf(known);
  }
}
