package stoa.repl.view;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import stoa.value.Json;
import stoa.value.Value;

/// Rows under a header, in columns.
///
/// @param columns names
/// @param rows of as many cells
public record Table(List<String> columns, List<List<Value>> rows) {
  private static final int MOST_COLUMNS = 12;
  private static final int MOST_ROWS = 20;
  private static final int NARROWEST = 6;
  private static final String GAP = "  ";

  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /// A list of two or more maps without lists or maps in them; empty for other values.
  public static Optional<Table> of(Value value) {
    if (!(value instanceof Value.Sequence(List<Value> items)) || items.size() < 2) {
      return Optional.empty();
    }
    Set<String> columns = new LinkedHashSet<>();
    for (Value item : items) {
      if (!(item instanceof Value.Dictionary(Map<String, Value> entries))
          || !entries.values().stream().allMatch(Table::isFlat)) {
        return Optional.empty();
      }
      columns.addAll(entries.keySet());
    }
    if (columns.isEmpty() || columns.size() > MOST_COLUMNS) {
      return Optional.empty();
    }
    return Optional.of(of(List.copyOf(columns), items));
  }

  /// These entries of each map.
  public static Table of(List<String> columns, List<Value> maps) {
    return new Table(
        columns, maps.stream().map(map -> columns.stream().map(map::at).toList()).toList());
  }

  private static boolean isFlat(Value value) {
    return !(value instanceof Value.Sequence) && !(value instanceof Value.Dictionary);
  }

  /// Lines that fit the width; empty if there is no way to make them fit.
  ///
  /// @param width in columns of the terminal
  /// @param all false: the first rows only
  public Optional<String> render(Paint paint, int width, boolean all) {
    List<List<Value>> shown = all ? rows : rows.stream().limit(MOST_ROWS).toList();
    Optional<int[]> widths = fit(shown, width);
    return widths.map(w -> render(paint, shown, w));
  }

  private String render(Paint paint, List<List<Value>> shown, int[] widths) {
    List<String> lines = new ArrayList<>();
    lines.add(paint.bold(line(columns, widths, shown)));
    for (List<Value> row : shown) {
      lines.add(line(row.stream().map(Table::cell).toList(), widths, shown));
    }
    if (shown.size() < rows.size()) {
      lines.add(
          paint.faint("... %,d more; `last` shows all".formatted(rows.size() - shown.size())));
    }
    return String.join("\n", lines);
  }

  private String line(List<String> cells, int[] widths, List<List<Value>> shown) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = Printable.cut(cells.get(i), widths[i]);
      String space = " ".repeat(widths[i] - Printable.width(cell));
      line.append(i == 0 ? "" : GAP).append(isNumeric(i, shown) ? space + cell : cell + space);
    }
    return line.toString().stripTrailing();
  }

  private static boolean isNumeric(int column, List<List<Value>> shown) {
    return shown.stream()
        .map(row -> row.get(column))
        .allMatch(v -> v instanceof Value.Int || v instanceof Value.Real || v.isNull());
  }

  private Optional<int[]> fit(List<List<Value>> shown, int width) {
    int[] widths =
        IntStream.range(0, columns.size())
            .map(i ->
                shown.stream()
                    .mapToInt(row -> Printable.width(cell(row.get(i))))
                    .reduce(Printable.width(columns.get(i)), Math::max))
            .toArray();
    int over = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - width;
    while (over > 0) {
      int widest =
          IntStream.range(0, widths.length).reduce(0, (a, b) -> widths[b] > widths[a] ? b : a);
      if (widths[widest] <= NARROWEST) {
        return Optional.empty();
      }
      int less = Math.min(over, Math.max(1, (widths[widest] - NARROWEST) / 2));
      widths[widest] -= less;
      over -= less;
    }
    return Optional.of(widths);
  }

  private static String cell(Value value) {
    return switch (value) {
      case Value.Null _ -> "";
      case Value.Text(String text) -> Printable.of(text).replace('\n', ' ').replace('\t', ' ');
      default -> Json.write(value);
    };
  }
}
