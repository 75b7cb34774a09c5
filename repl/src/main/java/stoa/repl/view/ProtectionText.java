package stoa.repl.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stoa.value.Value;

/// How far others are protected from a module, as the host reports it.
///
/// @param width of the terminal in columns
public record ProtectionText(Paint paint, int width) {
  private static final String ENFORCED = "enforced";
  private static final String NATIVE = "native";
  private static final List<String> PLACEMENTS = List.of("context", "worker", NATIVE);
  private static final int LEVEL = 14;
  private static final int WHAT = 15;

  /// A line for each respect; those that are enforced on one line together, because there is
  /// nothing to know about them.
  ///
  /// @param report maps with `what`, `level` and `how`; or nothing
  public List<String> brief(Value report) {
    List<String> lines = new ArrayList<>();
    Map<String, List<Value>> levels = new LinkedHashMap<>();
    rows(report)
        .forEach(
            row -> levels.computeIfAbsent(text(row, "level"), _ -> new ArrayList<>()).add(row));
    levels.forEach((level, rows) -> {
      if (level.equals(ENFORCED)) {
        String all = String.join(", ", rows.stream().map(row -> text(row, "what")).toList());
        wrapped(column(level, LEVEL), LEVEL, all, lines);
      } else {
        rows.forEach(row -> line(row, lines));
      }
    });
    return lines;
  }

  /// A line for each respect, with all that is known about it.
  public List<String> full(Value report) {
    List<String> lines = new ArrayList<>();
    rows(report).forEach(row -> line(row, lines));
    return lines;
  }

  /// A row for each respect, a column for each placement, without what else is known.
  ///
  /// @param told what `stoa.status` says by placement
  public String table(Value told) {
    Map<String, Map<String, Object>> byRespect = new LinkedHashMap<>();
    for (String placement : PLACEMENTS) {
      rows(told.at(placement))
          .forEach(row ->
              byRespect
                  .computeIfAbsent(text(row, "what"), what -> new LinkedHashMap<>(Map.of("", what)))
                  .put(placement, text(row, "level")));
    }
    rows(told.at("native_online"))
        .forEach(row ->
            byRespect
                .getOrDefault(text(row, "what"), new LinkedHashMap<>())
                .computeIfPresent(NATIVE, (_, level) -> orOnline(level, text(row, "level"))));
    List<String> columns = new ArrayList<>(List.of(""));
    columns.addAll(PLACEMENTS);
    return Table.of(columns, byRespect.values().stream().map(Value::of).toList())
        .render(paint, Math.max(width, 80), true)
        .orElseThrow();
  }

  private static String orOnline(Object level, String online) {
    return level.equals(online) ? online : "%s; with a grant of net: %s".formatted(level, online);
  }

  private void line(Value row, List<String> lines) {
    String head = column(text(row, "level"), LEVEL) + column(text(row, "what"), WHAT);
    wrapped(head, LEVEL + WHAT, text(row, "how"), lines);
  }

  /// @param columns that the head takes, and all further lines are indented by
  private void wrapped(String head, int columns, String text, List<String> lines) {
    StringBuilder line = new StringBuilder(head);
    int used = columns;
    for (String word : text.split(" ")) {
      int needed = Printable.width(word) + 1;
      if (used + needed > Math.max(width, columns + 20) && used > columns) {
        lines.add(line.toString().stripTrailing());
        line = new StringBuilder(" ".repeat(columns));
        used = columns;
      }
      line.append(word).append(' ');
      used += needed;
    }
    lines.add(line.toString().stripTrailing());
  }

  private String column(String text, int columns) {
    String space = " ".repeat(Math.max(1, columns - Printable.width(text)));
    return (text.equals("not enforced") ? paint.error(text) : text) + space;
  }

  private static List<Value> rows(Value report) {
    return report instanceof Value.Sequence(List<Value> rows) ? rows : List.of();
  }

  private static String text(Value row, String key) {
    return row.at(key) instanceof Value.Text(String text) ? Printable.of(text) : "";
  }
}
