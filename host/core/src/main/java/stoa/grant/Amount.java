package stoa.grant;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much of the host a grant of the kind `host` gives: `memory:1g`, `time:1h`.
///
/// @param of what it is an amount of
/// @param amount bytes, or milliseconds
public record Amount(Of of, long amount) {
  private static final Pattern TEXT = Pattern.compile("(memory|time):([0-9]{1,9})([a-z]{1,2})");

  /// What can be given.
  public enum Of {
    MEMORY,
    TIME
  }

  /// @throws IllegalArgumentException with a sentence if it is none
  public static Amount of(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw wrong(text);
    }
    Of of = Of.valueOf(parts.group(1).toUpperCase(Locale.ROOT));
    long unit =
        switch (of) {
          case MEMORY ->
              switch (parts.group(3)) {
                case "m", "mb" -> 1L << 20;
                case "g", "gb" -> 1L << 30;
                default -> throw wrong(text);
              };
          case TIME ->
              switch (parts.group(3)) {
                case "ms" -> 1L;
                case "s" -> 1_000L;
                case "m" -> 60_000L;
                case "h" -> 3_600_000L;
                default -> throw wrong(text);
              };
        };
    return new Amount(of, Long.parseLong(parts.group(2)) * unit);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "`%s` is no share of the host: write `memory:1g` or `time:1h`".formatted(text));
  }
}
