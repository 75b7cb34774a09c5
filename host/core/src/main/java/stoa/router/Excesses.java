package stoa.router;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import stoa.call.Failure;
import stoa.call.Invocation;
import stoa.call.Target;
import stoa.limit.Limits;
import stoa.limit.Quota;
import stoa.router.Decisions.What;
import stoa.value.Value;

/// Notes which limits of modules were reached, for `stoa why`: each of them at most once in ten
/// seconds, so that a flood leaves room for other news. Any thread.
public final class Excesses {
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

  private static final int REMEMBERED = 1_000;

  private final Decisions decisions;
  private final Map<String, Long> noted = new ConcurrentHashMap<>();

  Excesses(Decisions decisions) {
    this.decisions = decisions;
  }

  /// Lines of an instance begin to be left out.
  public void output(Place place) {
    String why =
        "`%s` printed more than %,d bytes in %d minutes: lines are left out for a while"
            .formatted(
                place.instance(),
                place.ration().limits().outputBytes(),
                Limits.OUTPUT_TIME.toMinutes());
    note(place.module(), Quota.OUTPUT.id(), why);
  }

  void note(Invocation invocation, Failure failure) {
    String quota = failure.details().getOrDefault(Quota.DETAIL, "");
    switch (invocation.target()) {
      case Target.Module(String name) -> note(name, quota, failure.message());
      case Target.Channel(String name, _) -> note(name, quota, failure.message());
      case Target.Handed(Value.Reference reference) ->
          note(reference.owner().replaceFirst("#.*", ""), quota, failure.message());
      case Target.Promised _ -> {} // nobody is known
    }
  }

  /// @param quota of which there was not enough
  private void note(String module, String quota, String why) {
    long now = System.nanoTime();
    if (noted.size() >= REMEMBERED) {
      noted.values().removeIf(last -> now - last >= PAUSE);
    }
    Long before = noted.get(module + " " + quota);
    if (before == null || now - before >= PAUSE) {
      noted.put(module + " " + quota, now);
      decisions.note(module, What.EXHAUSTED, why);
    }
  }
}
