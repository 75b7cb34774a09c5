package stoa.repl.view;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import stoa.value.Value;

/// What a copy of a module may use, and how much of it is used, as the host reports it.
///
/// @param width of the terminal in columns
record LimitsText(int width) {
  private static final int MEGABYTE = 1 << 20;

  /// One after the other, on as few lines as they fit: `cpu 10m, open calls 0 of 10,000`.
  ///
  /// @param report maps with `what`, `used`, `max` and `unit`; or nothing
  List<String> of(Value report) {
    List<String> lines = new ArrayList<>();
    if (!(report instanceof Value.Sequence(List<Value> rows))) {
      return lines;
    }
    String line = "";
    for (Value row : rows) {
      String next = Printable.of(limit(row));
      if (line.isEmpty()) {
        line = next;
      } else if (line.length() + 2 + next.length() < width) {
        line += ", " + next;
      } else {
        lines.add(line + ",");
        line = next;
      }
    }
    if (!line.isEmpty()) {
      lines.add(line);
    }
    return lines;
  }

  private static String limit(Value row) {
    String unit = row.at("unit").asText();
    String max = amount(row.at("max").asLong(), unit);
    String used = row.at("used").isNull() ? "" : amount(row.at("used").asLong(), unit) + " of ";
    return "%s %s%s".formatted(row.at("what").asText(), used, max);
  }

  private static String amount(long number, String unit) {
    return switch (number == 0 ? "" : unit) {
      case "ms" -> time(Duration.ofMillis(number));
      case "bytes" -> number < MEGABYTE ? number / 1024 + " KB" : number / MEGABYTE + " MB";
      default -> String.format(Locale.ROOT, "%,d", number);
    };
  }

  private static String time(Duration time) {
    if (time.toMillis() % 60_000 == 0) {
      return time.toMinutes() + "m";
    }
    return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }
}
