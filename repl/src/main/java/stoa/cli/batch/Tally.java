package stoa.cli.batch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import stoa.call.Failure.Code;

/// How a batch stands. Any thread.
public final class Tally {
  private final long start = System.nanoTime();

  @GuardedBy("this")
  private long ok;

  @GuardedBy("this")
  private final Map<Code, Long> failures = new EnumMap<>(Code.class);

  synchronized void succeeded() {
    ok++;
  }

  synchronized void failed(Code code) {
    failures.merge(code, 1L, Long::sum);
  }

  public synchronized long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  public synchronized long items() {
    return ok + failed();
  }

  /// Items a second, since the beginning.
  public long rate() {
    double seconds = seconds();
    return seconds > 0 ? Math.round(items() / seconds) : 0;
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /// `1,000 items: 990 ok, 10 failed (7 THREW, 3 BAD_ARGUMENT) in 2.3 s, 434/s`
  public synchronized String summary() {
    String codes =
        failures.entrySet().stream()
            .sorted(Map.Entry.<Code, Long>comparingByValue().reversed())
            .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey()))
            .collect(Collectors.joining(", ", " (", ")"));
    return "%,d items: %,d ok, %,d failed%s in %.1f s, %,d/s"
        .formatted(items(), ok, failed(), failures.isEmpty() ? "" : codes, seconds(), rate());
  }
}
