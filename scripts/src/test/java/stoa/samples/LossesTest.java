package stoa.samples;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.value.Json;
import stoa.value.Value;

/// The birdstrikes job on a bad day: rows with each kind of dirt, and a module that fails for one
/// chunk.
@Timeout(200)
class LossesTest {
  private static final Path SCRIPTS = Command.ROOT.resolve("scripts");
  private static final int REPORTS = 600;
  private static final int CHUNK = 250;

  @TempDir private static Path folder;

  private static Command run;
  private static Tables tables;
  private static List<Value> written;

  @BeforeAll
  @Timeout(200)
  static void runTheJob() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.write(data.resolve("birdstrikes.csv"), dirtyReports());
    Files.copy(SCRIPTS.resolve("data/airports.csv"), data.resolve("airports.csv"));
    copy(SCRIPTS.resolve("birdstrikes"), folder.resolve("job"));
    failForTheSecondChunk(folder.resolve("job/modules/clean/main.js"));
    run =
        Command.stoa(folder, "run", folder.resolve("job/main.js"), "out.ndjson", data).succeeded();
    tables = new Tables(run.out());
    try (Stream<String> lines = Files.lines(folder.resolve("out.ndjson"))) {
      written = lines.map(Json::read).toList();
    }
  }

  @Test
  void badRecordsAreCountedByKind() {
    assertThat(tables.counts("Bad records by kind"))
        .containsOnly(
            entry("date `1990-02-30`", 1L),
            entry("number `12x`", 1L),
            entry("sum `7`", 1L),
            entry("damage-code `C`", 1L),
            entry("phase `Dream`", 1L),
            entry("missing-field ` `", 1L),
            entry("cells `too short`", 1L));
  }

  @Test
  void badRecordsSayWhyInTheFile() {
    Value bad = written.get(0).at("bad");
    assertThat(bad.at("field").asText()).isEqualTo("Flight Date");
    assertThat(bad.at("reason").asText()).contains("1990-02-30", "no day of the calendar");
  }

  @Test
  void theChunkOfAFailedCallIsWrittenAsNotProcessed() {
    assertThat(tables.counts("Reports"))
        .contains(entry("clean", REPORTS - CHUNK - 7L), entry("bad", 7L))
        .contains(entry("not processed", (long) CHUNK), entry("in all", (long) REPORTS));
    assertThat(tables.counts("Failed calls by code")).containsExactly(entry("THREW", 1L));
    assertThat(run.err()).contains("THREW", "struck by lightning");
    assertThat(written).hasSize(REPORTS);
    List<Value> lost = written.stream().filter(line -> !line.at("lost").isNull()).toList();
    assertThat(lost).hasSize(CHUNK);
    assertThat(lost.getFirst().at("line").asLong()).isEqualTo(CHUNK + 2);
    assertThat(lost.getFirst().at("lost").at("code").asText()).isEqualTo("THREW");
    assertThat(lost.getFirst().at("lost").at("text").asText()).contains(",199");
  }

  /// The first rows of the real file, seven of them spoilt.
  private static List<String> dirtyReports() throws IOException {
    List<String> lines = Files.readAllLines(SCRIPTS.resolve("data/birdstrikes.csv"));
    List<String> some = new ArrayList<>(lines.subList(0, 1 + REPORTS));
    // The file's own two stray codes of these rows would only confuse.
    some.replaceAll(line -> line.replace(",C,", ",None,"));
    spoil(some, 1, 3, "1990-02-30");
    spoil(some, 2, 13, "12x");
    spoil(some, 3, 12, "7");
    spoil(some, 4, 2, "C");
    spoil(some, 5, 6, "Dream");
    spoil(some, 6, 8, " ");
    some.set(7, "too short");
    return some;
  }

  private static void spoil(List<String> lines, int line, int column, String cell) {
    String[] cells = lines.get(line).split(",", -1);
    cells[column] = cell;
    lines.set(line, String.join(",", cells));
  }

  private static void failForTheSecondChunk(Path module) throws IOException {
    String text = Files.readString(module).replace("export function chunk(", "function all(");
    assertThat(text).contains("function all(");
    Files.writeString(
        module,
        text
            + """
            export function chunk(header, lines, first) {
              if (first === %d) throw new Error("struck by lightning");
              return all(header, lines, first);
            }
            """
                .formatted(CHUNK + 2));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
