package stoa.limit;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// How much one instance of a module may use.
///
/// @param cpu CPU time of a call until its end, or until its next item if it streams
/// @param wall how long a call may take; empty: as long as its caller waits
/// @param calls how many calls may be open, those that wait included
/// @param queue how many of them may wait
/// @param queuedBytes what may wait with them
/// @param references how many of its objects others may hold
/// @param outputBytes what it may print in [#OUTPUT_TIME]
public record Limits(
    Duration cpu,
    Optional<Duration> wall,
    int calls,
    int queue,
    long queuedBytes,
    int references,
    long outputBytes) {
  /// Over which time output is counted.
  public static final Duration OUTPUT_TIME = Duration.ofMinutes(10);

  /// What a module has that says nothing.
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofMinutes(10), Optional.empty(), 10_000, 10_000, 64L << 20, 100_000, 64L << 20);

  /// What the user's own code has, scripts and consoles: as long as it takes, as much as it prints.
  public static final Limits OF_USER =
      new Limits(
          Duration.ofDays(10_000),
          Optional.empty(),
          DEFAULT.calls,
          DEFAULT.queue,
          DEFAULT.queuedBytes,
          DEFAULT.references,
          Long.MAX_VALUE / 2);

  /// For the command line of a worker.
  public String text() {
    return "%d,%d,%d,%d,%d,%d,%d"
        .formatted(
            cpu.toMillis(),
            wall.map(Duration::toMillis).orElse(0L),
            calls,
            queue,
            queuedBytes,
            references,
            outputBytes);
  }

  /// Reads what [#text] writes.
  public static Limits read(String text) {
    long[] numbers = Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
    return new Limits(
        Duration.ofMillis(numbers[0]),
        Optional.of(numbers[1]).filter(millis -> millis > 0).map(Duration::ofMillis),
        (int) numbers[2],
        (int) numbers[3],
        numbers[4],
        (int) numbers[5],
        numbers[6]);
  }
}
