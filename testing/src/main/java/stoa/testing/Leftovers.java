package stoa.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// The processes that somebody has left behind.
final class Leftovers {
  private static final Duration POLL = Duration.ofMillis(20);

  private static final int SHOWN = 150;

  private Leftovers() {}

  /// Waits until nobody carries a mark. Those that still do are ended, so that they are held
  /// against nobody else.
  ///
  /// @param patience for those that are about to end
  /// @throws AssertionError names them
  static void none(Mark mark, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    List<ProcessHandle> left = mark.carriers();
    while (!left.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(POLL);
      left = mark.carriers();
    }
    if (left.isEmpty()) {
      return;
    }
    String all = left.stream().map(Leftovers::tell).collect(Collectors.joining("\n  "));
    left.forEach(ProcessHandle::destroyForcibly);
    throw new AssertionError(
        """
        These tests have left %s behind that did not end within %d s:
          %s
        Whoever starts a process ends it, in an `@AfterEach` or `@AfterAll` that waits for its end.\
        """
            .formatted(
                left.size() == 1 ? "a process" : left.size() + " processes",
                patience.toSeconds(),
                all));
  }

  private static String tell(ProcessHandle process) {
    ProcessHandle.Info info = process.info();
    String age =
        info.startInstant()
            .map(start -> Duration.between(start, Instant.now()).toSeconds() + " s old")
            .orElse("of unknown age");
    String command = info.commandLine().orElse("(unknown command line)");
    return "%d, %s: %s".formatted(process.pid(), age, shortened(command));
  }

  /// What is run stands at the beginning, for whom at the end; a class path is between them.
  private static String shortened(String command) {
    return command.length() <= 2 * SHOWN
        ? command
        : command.substring(0, SHOWN) + " ... " + command.substring(command.length() - SHOWN);
  }
}
