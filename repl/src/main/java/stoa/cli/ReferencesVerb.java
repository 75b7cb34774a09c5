package stoa.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stoa.host.RunningHost;
import stoa.repl.view.Table;
import stoa.value.Value;

/// `stoa references`: who holds which objects of whom in a running host, and for how long.
record ReferencesVerb(CommandLine line, Situation situation) {
  private static final List<String> COLUMNS =
      List.of("owner", "object", "holder", "received", "age");

  int run() throws InterruptedException {
    line.atMost(0);
    Report report = Report.of(line, situation);
    Path socket = HostVerb.socket(line, situation);
    try (RunningHost host = RunningHost.connect(socket)) {
      Value held = host.module("stoa").call("references");
      report.print(held, () -> text(held));
    }
    return ExitCode.DONE;
  }

  private String text(Value held) {
    List<Value> rows = held.asList().stream().flatMap(row -> rows(row).stream()).toList();
    return rows.isEmpty()
        ? "No objects are held."
        : Table.of(COLUMNS, rows).render(situation.streams().outPaint(), 120, true).orElseThrow();
  }

  /// One for each holder.
  private static List<Value> rows(Value held) {
    List<Value> rows = new ArrayList<>();
    held.at("holders")
        .asMap()
        .forEach((holder, count) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("owner", held.at("owner"));
          row.put("object", held.at("number"));
          row.put("holder", holder);
          row.put("received", count);
          row.put("age", age(held.at("age_ms").asLong()));
          rows.add(Value.of(row));
        });
    return rows;
  }

  private static String age(long millis) {
    long seconds = millis / 1000;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }
}
