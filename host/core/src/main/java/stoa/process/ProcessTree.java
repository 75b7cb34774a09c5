package stoa.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// A process and all that it has started, as `/proc` shows them.
final class ProcessTree {
  /// Of which `/proc` speaks, on every Linux: 100 in a second.
  private static final long TICK_MILLIS = 10;

  /// Where user time stands behind the name of the program; then that of the system, and both of
  /// those that it started and that have ended.
  private static final int USER_TIME = 11;

  private static final int TIMES = 4;

  private ProcessTree() {}

  /// The CPU time that all of them have used; empty where there is no `/proc`.
  static Optional<Duration> cpu(ProcessHandle root) {
    if (ticks(root.pid()).isEmpty()) {
      return Optional.empty();
    }
    long all =
        Stream.concat(Stream.of(root), root.descendants())
            .mapToLong(process -> ticks(process.pid()).orElse(0L))
            .sum();
    return Optional.of(Duration.ofMillis(all * TICK_MILLIS));
  }

  private static Optional<Long> ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long all = 0;
      for (int i = USER_TIME; i < USER_TIME + TIMES; i++) {
        all += Long.parseLong(fields[i]);
      }
      return Optional.of(all);
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // it has ended, or this is no Linux
    }
  }
}
