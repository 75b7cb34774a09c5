package stoa.conform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Outcomes side by side: a row for each subject, a column for each module that was examined, in a
/// cell how many cases passed, failed and were skipped.
public final class Matrix {
  private final Map<String, Map<Case, Outcome>> columns = new LinkedHashMap<>();

  public void add(String column, Map<Case, Outcome> outcomes) {
    columns.put(column, outcomes);
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("%-12s".formatted(""));
    columns.keySet().forEach(column -> head.append("%18s".formatted(column)));
    lines.add(head.toString());
    Case.SUBJECTS.forEach(subject -> lines.add(row(subject)));
    lines.add("passed/failed/skipped");
    return String.join("\n", lines);
  }

  private String row(String subject) {
    StringBuilder row = new StringBuilder("%-12s".formatted(subject));
    columns.values().forEach(outcomes -> row.append("%18s".formatted(cell(subject, outcomes))));
    return row.toString();
  }

  private static String cell(String subject, Map<Case, Outcome> outcomes) {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    for (Map.Entry<Case, Outcome> entry : outcomes.entrySet()) {
      if (entry.getKey().subject().equals(subject)) {
        switch (entry.getValue()) {
          case Outcome.Passed _ -> passed++;
          case Outcome.Failed _ -> failed++;
          case Outcome.Skipped _ -> skipped++;
        }
      }
    }
    return passed + "/" + failed + "/" + skipped;
  }
}
