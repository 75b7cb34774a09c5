package stoa.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.host.LogLine;
import stoa.module.Surroundings;

class LogFileTest {
  @TempDir Path folder;
  private final List<String> troubles = new CopyOnWriteArrayList<>();

  private Path path() {
    return folder.resolve("state/host.jsonl");
  }

  private LogFile log(LogFile.Size size) {
    return new LogFile(path(), size, troubles::add);
  }

  private static LogLine line(String module, String text) {
    return new LogLine(
        Instant.parse("2026-11-30T01:02:03.456Z"),
        module,
        module + "#1",
        new Surroundings.Line(Surroundings.Stream.ERR, text, module + ".count", null));
  }

  private List<String> texts(Optional<String> module, int count) throws IOException {
    try (LogTail tail = new LogTail(path(), module)) {
      return tail.last(count).stream().map(LogLine::text).toList();
    }
  }

  @Test
  void linesAreKeptWithAllThatIsKnownOfThem() throws IOException {
    try (LogFile log = log(LogFile.Size.USUAL)) {
      log.accept(line("words", "one"));
    }
    assertThat(path())
        .hasContent(
            """
            {"time":"2026-11-30T01:02:03.456Z","module":"words","instance":"words#1","call":"words.count","stream":"err","text":"one"}
            """);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-------");
    try (LogTail tail = new LogTail(path(), Optional.empty())) {
      assertThat(tail.last(1)).containsExactly(line("words", "one"));
    }
  }

  @Test
  void aFullFileMakesWayAndTheLastLinesAreReadAcrossAllThatAreKept() throws IOException {
    try (LogFile log = log(new LogFile.Size(2_000, 3))) {
      for (int i = 0; i < 100; i++) {
        log.accept(line(i % 2 == 0 ? "even" : "odd", "line " + i));
      }
    }
    try (Stream<Path> files = Files.list(path().resolveSibling(""))) {
      assertThat(files.toList())
          .hasSize(3)
          .allSatisfy(file -> assertThat(Files.size(file)).isLessThanOrEqualTo(2_000));
    }
    assertThat(texts(Optional.empty(), 30)).hasSize(30).first().isEqualTo("line 70");
    assertThat(texts(Optional.of("odd"), 2)).containsExactly("line 97", "line 99");
  }

  @Test
  void whoFollowsGetsEachLineOnceAlsoWhenTheFileMakesWay() throws IOException {
    List<String> got = new ArrayList<>();
    try (LogTail tail = new LogTail(path(), Optional.empty());
        LogFile log = log(new LogFile.Size(1_000, 3))) {
      assertThat(tail.last(10)).isEmpty();
      for (int i = 0; i < 30; i++) {
        int expected = i + 1;
        log.accept(line("words", "line " + i));
        Awaitility.await()
            .untilAsserted(() -> {
              tail.more(line -> got.add(line.text()));
              assertThat(got).hasSize(expected);
            });
      }
    }
    assertThat(got).doesNotHaveDuplicates().last().isEqualTo("line 29");
  }

  @Test
  void aDiskThatTakesNothingHoldsUpNobodyAndIsToldOnce() throws IOException {
    Files.createDirectories(path()); // a folder where the file should be
    try (LogFile log = log(LogFile.Size.USUAL)) {
      log.accept(line("words", "one"));
      Awaitility.await()
          .until(() -> log.state().startsWith(path() + ": 1 lines are missing: the disk"));
      Files.delete(path());
      log.accept(line("words", "two"));
      Awaitility.await().until(() -> log.state().equals(path().toString()));
    }
    assertThat(troubles).singleElement().asString().contains("cannot be written");
    List<String> texts = texts(Optional.empty(), 10);
    assertThat(texts).hasSize(2).last().isEqualTo("two");
    assertThat(texts.getFirst()).startsWith("1 lines are missing here: the disk");
  }

  @Test
  void aDiskThatIsFullAgainIsToldAgain() throws IOException {
    try (LogFile log = log(new LogFile.Size(1, 1))) { // is opened anew for each line
      for (int outage = 1; outage <= 2; outage++) {
        int expected = outage;
        Files.deleteIfExists(path());
        Files.createDirectories(path());
        log.accept(line("words", "lost"));
        Awaitility.await().until(() -> troubles.size() == expected);
        Files.delete(path());
        log.accept(line("words", "kept"));
        Awaitility.await().until(() -> log.state().equals(path().toString()));
      }
    }
  }

  @Test
  void aFloodIsBoundedInMemoryAndItsGapsAreCounted() throws IOException {
    String text = "x".repeat(1_000_000);
    try (LogFile log = log(new LogFile.Size(1L << 30, 1))) {
      for (int i = 0; i < 50; i++) {
        log.accept(line("words", text));
      }
    }
    List<String> texts = texts(Optional.empty(), 1_000);
    long missing =
        texts.stream()
            .filter(line -> line.contains("faster than they could be written"))
            .mapToLong(line -> Long.parseLong(line.split(" ", 2)[0]))
            .sum();
    long kept = texts.stream().filter(text::equals).count();
    assertThat(kept + missing).isEqualTo(50);
    assertThat(missing).isPositive();
  }
}
