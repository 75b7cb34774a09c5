package stoa.call;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How people write a time: a number and a unit, `500ms`, `2s`, `1.5m`, `1h`.
public final class TimeSpan {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");

  private TimeSpan() {}

  /// @return empty if it is no time
  public static Optional<Duration> read(String text) {
    Matcher time = WRITTEN.matcher(text);
    if (!time.matches()) {
      return Optional.empty();
    }
    double unit =
        switch (time.group(2)) {
          case "ms" -> 1e6;
          case "s" -> 1e9;
          case "m" -> 60e9;
          default -> 3600e9;
        };
    return Optional.of(Duration.ofNanos((long) (Double.parseDouble(time.group(1)) * unit)));
  }
}
