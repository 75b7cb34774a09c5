package stoa.limit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Description;

/// How callers share something that there is only so much of. Guarded by its owner.
///
/// A caller may have at most nine times of what is left then (a dynamic threshold: Choudhury and
/// Hahne, 1998). So one alone can have nine tenths, two nine nineteenths each, and of ten and more
/// there is always something left for another one. Only where nobody has anything one may take more
/// at once: a large payload, or the one call that may be open.
public final class Shares {
  private static final int TIMES = 9;

  private static final int NAMED = 3;

  /// Callers without anything that are remembered, so that a lone call makes no new entry each
  /// time.
  private static final int IDLE = 64;

  private final Map<String, Share> shares = new HashMap<>();
  private final Quota quota;
  private long used;

  private static final class Share {
    long used;
  }

  public Shares(Quota quota) {
    this.quota = quota;
  }

  /// What all of them have together.
  public long used() {
    return used;
  }

  /// @param at what it is at, for people: `words#1`
  /// @param max how much there is of it now
  /// @return why there is not so much for this caller; null: it has it now
  public @Nullable Failure take(String caller, long amount, long max, String at) {
    Share share = shares.get(caller);
    long mine = share == null ? 0 : share.used;
    long left = max - used;
    if (amount > max) {
      return tooLarge(amount, max, at);
    }
    if (amount > left) {
      return usedUp(max, at);
    }
    long fair = TIMES * (left - amount + 1);
    if (used > 0 && mine + amount > fair) {
      return beyondShare(caller, mine, fair, at);
    }
    if (share == null) {
      share = new Share();
      shares.put(caller, share);
    }
    share.used += amount;
    used += amount;
    return null;
  }

  public void giveBack(String caller, long amount) {
    used -= amount;
    Share share = shares.get(caller);
    if (share != null) {
      share.used -= amount;
      if (share.used == 0 && shares.size() > IDLE) {
        shares.remove(caller);
      }
    }
  }

  private Failure usedUp(long max, String at) {
    String who =
        shares.entrySet().stream()
            .filter(entry -> entry.getValue().used > 0)
            .sorted(
                Comparator.comparingLong((Map.Entry<String, Share> e) -> -e.getValue().used)
                    .thenComparing(Map.Entry::getKey))
            .limit(NAMED)
            .map(e -> "%s: %s".formatted(e.getKey(), counted(e.getValue().used)))
            .collect(Collectors.joining(", "));
    String most = who.isEmpty() ? "" : "; most are of " + who;
    return exceeded(
        "%s of %s are %s `%s`%s.".formatted(grouped(used), counted(max), quota.where(), at, most),
        who,
        used,
        max);
  }

  private Failure tooLarge(long amount, long max, String at) {
    return quota.exceeded(
        Description.of(
            "%s at once are more than the %s that may be %s `%s`."
                .formatted(grouped(amount), counted(max), quota.where(), at),
            "Send less at once, as a stream of smaller items for instance."),
        amount,
        max);
  }

  private Failure beyondShare(String caller, long mine, long max, String at) {
    return exceeded(
        "`%s` has %s %s `%s` and would have more than nine times what is left: the rest is for others."
            .formatted(caller, counted(mine), quota.where(), at),
        "%s: %s".formatted(caller, counted(mine)),
        mine,
        max);
  }

  private Failure exceeded(String message, String who, long usedNow, long max) {
    Description said =
        Description.of(
                message,
                "Wait for some of the calls to end before making more, or give the module more `instances`.")
            .asRetryable()
            .with(who.isEmpty() ? Map.of() : Map.of("who", who));
    return quota.exceeded(said, usedNow, max);
  }

  private String counted(long amount) {
    return grouped(amount) + " " + quota.unit();
  }

  private static String grouped(long amount) {
    return String.format(Locale.ROOT, "%,d", amount);
  }
}
