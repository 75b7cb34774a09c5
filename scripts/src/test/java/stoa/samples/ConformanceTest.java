package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.conform.Case;
import stoa.conform.Matrix;
import stoa.conform.Outcome;
import stoa.module.Placement;
import stoa.samples.ConformanceColumns.Column;
import stoa.samples.ConformanceColumns.Guest;

/// The conformance kit over every placement, language and transport: one matrix, no failure.
@Timeout(600)
class ConformanceTest {
  /// Columns that run at a time: most of their time most of them wait.
  private static final int AT_A_TIME = 2;

  @TempDir Path folder;

  @Test
  void everyPlacementAndTransportGivesTheSameAnswers() throws Exception {
    Map<String, Future<Map<Case, Outcome>>> running = new LinkedHashMap<>();
    Matrix matrix = new Matrix();
    List<String> failures = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME)) {
      columns().forEach((name, column) -> running.put(name, pool.submit(column::run)));
      for (Map.Entry<String, Future<Map<Case, Outcome>>> column : running.entrySet()) {
        Map<Case, Outcome> outcomes = column.getValue().get();
        matrix.add(column.getKey(), outcomes);
        outcomes.forEach((row, outcome) -> {
          if (outcome instanceof Outcome.Failed(String difference)) {
            failures.add(column.getKey() + ": " + row + ": " + difference);
          }
        });
      }
    }
    System.out.println(matrix);
    assertThat(failures).isEmpty();
  }

  @Test
  void anOutsiderRunsTheKitAgainstTheirProgram() throws Exception {
    Path program = new ConformanceColumns(folder).echoInC();
    String said = Command.stoa(folder, "conform", program).succeeded().out();
    assertThat(said).contains("skipped: no method `open`").contains("passed/failed/skipped");
  }

  /// Those that need a processor for long, contexts and workers, stand apart from each other.
  private Map<String, Column> columns() {
    ConformanceColumns ways = new ConformanceColumns(folder);
    Guest js = Guest.JAVASCRIPT;
    Guest py = Guest.PYTHON;
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("py worker", () -> ways.file(py, Placement.WORKER));
    columns.put("cpython", () -> ways.file(py, Placement.NATIVE));
    columns.put("cpython stdio", () -> ways.stdio(py));
    columns.put("js worker", () -> ways.file(js, Placement.WORKER));
    columns.put("cpython visitor", () -> ways.visitor(py));
    columns.put("node", () -> ways.file(js, Placement.NATIVE));
    columns.put("py context", () -> ways.file(py, Placement.CONTEXT));
    columns.put("node stdio", () -> ways.stdio(js));
    columns.put("node visitor", () -> ways.visitor(js));
    columns.put("js context", () -> ways.file(js, Placement.CONTEXT));
    columns.put("js via socket", () -> ways.throughSocket(js));
    columns.put("java", ways::java);
    columns.put("c", () -> ways.c(""));
    columns.put("c stdio", () -> ways.c("unset STOA_SOCKET;"));
    return columns;
  }
}
