package stoa.samples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.samples.Strikes.Figures;

/// The tables that the sample job prints, read back.
record Tables(String page) {
  private static final Pattern FIGURES =
      Pattern.compile("  (\\S.*?)\\s+([\\d,]+)\\s+([\\d,]+)\\s+\\$([\\d,]+)(?:  [█▏▎▍▌▋▊▉]*)?");
  private static final Pattern COUNT =
      Pattern.compile("  (\\S.*?)\\s+([\\d,]+)(?:\\s+\\$[\\d,]+)?");

  /// The lines of one table, without its title.
  List<String> lines(String title) {
    return page.lines()
        .dropWhile(line -> !line.equals(title))
        .skip(1)
        .takeWhile(line -> !line.isBlank())
        .toList();
  }

  /// Rows of name, strikes, damaging strikes and cost.
  Map<String, Figures> figures(String title) {
    Map<String, Figures> rows = new LinkedHashMap<>();
    for (String line : lines(title)) {
      Matcher row = FIGURES.matcher(line);
      if (row.matches()) {
        Figures figures =
            new Figures(
                (int) number(row.group(2)), (int) number(row.group(3)), number(row.group(4)));
        rows.put(row.group(1), figures);
      }
    }
    return rows;
  }

  /// Rows of name and count.
  Map<String, Long> counts(String title) {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (String line : lines(title)) {
      Matcher row = COUNT.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), number(row.group(2)));
      }
    }
    return rows;
  }

  private static long number(String grouped) {
    return Long.parseLong(grouped.replace(",", ""));
  }
}
