package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.conform.Case;
import stoa.conform.Kit;
import stoa.conform.Matrix;
import stoa.conform.Outcome;
import stoa.conform.Subject;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.module.Placement;

/// The conformance kit over every placement and language: one matrix, and no failure that is not
/// written down in `expected-failures.txt`.
@Tag("full") // Until its first findings are mended: expected-failures.txt is to stay empty.
@Timeout(180)
class ConformanceTest {
  private static final Path CONFORMANCE = Command.ROOT.resolve("spec/conformance");

  @TempDir Path folder;
  private final Matrix matrix = new Matrix();
  private final TreeSet<String> failures = new TreeSet<>();

  @Test
  void everyPlacementGivesTheSameAnswers() throws Exception {
    java();
    c();
    for (Placement placement : Placement.values()) {
      guest(placement, "js", "conformance.mjs", ".mjs");
      guest(placement, "py", "conformance.py", ".py");
    }
    System.out.println(matrix);
    assertThat(failures)
        .as("failures, and no others, that expected-failures.txt explains")
        .isEqualTo(expected());
  }

  private static Set<String> expected() throws IOException {
    Set<String> rows = new TreeSet<>();
    Files.readAllLines(CONFORMANCE.resolve("expected-failures.txt")).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(rows::add);
    return rows;
  }

  private void guest(Placement placement, String language, String file, String ending)
      throws Exception {
    Path modules = Files.createDirectories(folder.resolve(placement.id() + "-" + language));
    for (String name : List.of("one", "two")) {
      Files.copy(CONFORMANCE.resolve("modules").resolve(file), modules.resolve(name + ending));
    }
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    try (Host host =
        Host.builder()
            .modules(modules)
            .placement(placement)
            .sdk(Path.of(System.getProperty("stoa.dist"), "sdk"))
            .cache(Path.of("target", "polyglot").toAbsolutePath())
            .log(log::add)
            .start()) {
      examine(language + " " + placement.id(), new Subject(host, "one", "two", log));
    }
  }

  private void java() throws Exception {
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    try (Host host = Host.builder().modules(folder.resolve("none")).log(log::add).start()) {
      for (String name : List.of("one", "two")) {
        host.register(name, new JavaConformance(host, name).methods());
      }
      examine("java", new Subject(host, "one", "two", log));
    }
  }

  private void c() throws Exception {
    Path modules = folder.resolve("c");
    for (String name : List.of("one", "two")) {
      Path module = Files.createDirectories(modules.resolve(name));
      for (String file : List.of("main.c", "Makefile")) {
        Files.copy(Command.ROOT.resolve("scripts/modules/echo-c/" + file), module.resolve(file));
      }
      Process make =
          new ProcessBuilder("make", "-s").directory(module.toFile()).inheritIO().start();
      assertThat(make.waitFor()).isZero();
    }
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    try (Host host = Host.builder().modules(modules).log(log::add).start()) {
      examine("c", new Subject(host, "one", "two", log));
    }
  }

  private void examine(String column, Subject subject) throws InterruptedException {
    long begun = System.nanoTime();
    Map<Case, Outcome> outcomes = Kit.run(subject);
    matrix.add(column, outcomes);
    System.out.println(column + ": " + (System.nanoTime() - begun) / 1_000_000 + " ms");
    outcomes.forEach((row, outcome) -> {
      if (outcome instanceof Outcome.Failed(String difference)) {
        failures.add(column + ": " + row);
        System.out.println("FAILED " + column + ": " + row + ": " + difference);
      }
    });
  }
}
