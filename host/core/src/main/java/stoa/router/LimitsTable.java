package stoa.router;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;
import stoa.call.TimeSpan;
import stoa.limit.Limits;

/// `[limits]` in `module.toml`.
final class LimitsTable {
  private static final Set<String> KEYS =
      Set.of("cpu", "wall", "calls", "queue", "queued_mb", "references", "output_mb");

  private static final int MEGABYTE = 20; // bits

  private final TomlTable table;

  private LimitsTable(TomlTable table) {
    this.table = table;
  }

  /// @throws IllegalArgumentException with a sentence if it says something else
  static Limits read(TomlTable table) {
    for (String key : table.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "`[limits]` knows no `%s`; it knows %s"
                .formatted(key, KEYS.stream().sorted().toList()));
      }
    }
    Limits most = Limits.DEFAULT;
    LimitsTable limits = new LimitsTable(table);
    return new Limits(
        limits.time("cpu").orElse(most.cpu()),
        limits.time("wall"),
        limits.number("calls", most.calls()),
        limits.number("queue", most.queue()),
        (long) limits.number("queued_mb", (int) (most.queuedBytes() >> MEGABYTE)) << MEGABYTE,
        limits.number("references", most.references()),
        (long) limits.number("output_mb", (int) (most.outputBytes() >> MEGABYTE)) << MEGABYTE);
  }

  private Optional<Duration> time(String key) {
    @Nullable Object given = table.get(List.of(key));
    if (given == null) {
      return Optional.empty();
    }
    Optional<Duration> time = given instanceof String text ? TimeSpan.read(text) : Optional.empty();
    if (time.isEmpty() || time.get().toMillis() < 1) {
      throw new IllegalArgumentException(
          "`[limits]` wants a time for `%s`, as `%s = \"10s\"`".formatted(key, key));
    }
    return time;
  }

  private int number(String key, int most) {
    @Nullable Object given = table.get(List.of(key));
    if (given == null) {
      return most;
    }
    if (!(given instanceof Long number) || number < 1 || number > most) {
      throw new IllegalArgumentException(
          "`[limits]` wants a number from 1 to %,d for `%s`, as `%s = %d`"
              .formatted(most, key, key, most));
    }
    return Math.toIntExact(number);
  }
}
