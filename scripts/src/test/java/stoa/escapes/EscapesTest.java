package stoa.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.sandbox.Level;

/// Modules that try to get out. What counts is what they did, not what they were told: secrets that
/// come out, files that change, somebody who rings at a door, a process that dies, another module
/// that answers differently or not at all.
@Timeout(400)
class EscapesTest {
  private static final Path ESCAPES =
      Path.of(System.getProperty("stoa.root"), "scripts/escapes").toAbsolutePath().normalize();

  private static final int LANES_AT_ONCE = 2;

  @TempDir private static Path folder;
  private static final HostSignals SIGNALS = new HostSignals();
  private static List<Attempt> attempts;
  private static final Map<String, List<Verdict>> VERDICTS = new ConcurrentSkipListMap<>();
  private static final Map<String, List<String>> LEFT = new ConcurrentSkipListMap<>();
  private static final Map<String, String> NEIGHBOURS = new ConcurrentSkipListMap<>();

  @BeforeAll
  static void tryAll() throws Exception {
    attempts = Attempt.all(ESCAPES);
    String only = System.getProperty("stoa.escapes", "");
    List<Lane> lanes = new ArrayList<>(Lane.all());
    lanes.addAll(Lane.at(Level.LANDLOCK));
    lanes.addAll(Lane.at(Level.NAMESPACES));
    ExecutorService threads = Executors.newFixedThreadPool(LANES_AT_ONCE);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (Lane lane : lanes) {
        if (List.of(System.getProperty("stoa.lanes", lane.toString()).split(" ")).contains(lane.toString())) {
          all.add(
              threads.submit(() -> {
                run(lane, only);
                return lane;
              }));
        }
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @AfterAll
  static void restore() {
    SIGNALS.close();
  }

  private static void run(Lane lane, String only) throws IOException, InterruptedException {
    List<Attempt> mine =
        attempts.stream()
            .filter(lane::holds)
            .filter(attempt -> attempt.id().matches(only.isEmpty() ? ".*" : only))
            .toList();
    World world =
        new World(
            Files.createDirectories(folder.resolve(lane.toString())),
            lane.toString(),
            new World.Folders(Path.of(System.getProperty("stoa.dist"), "sdk"), Lane.CACHE),
            SIGNALS);
    List<Verdict> verdicts = new ArrayList<>();
    try (Arena arena = new Arena(lane, world, ESCAPES, mine)) {
      for (Attempt attempt : mine) {
        verdicts.add(arena.tried(attempt));
      }
      NEIGHBOURS.put(
          lane.toString(),
          "%d calls, p50 %.1f ms, p99 %.1f ms, longest %.1f ms"
              .formatted(
                  arena.neighbour().calls(),
                  arena.neighbour().millis(0.5),
                  arena.neighbour().millis(0.99),
                  arena.neighbour().millis(1)));
      LEFT.put(lane.toString(), arena.over());
    }
    VERDICTS.put(lane.toString(), verdicts);
  }

  @Test
  void nobodyIsLeftBehind() {
    assertThat(LEFT).allSatisfy((_, left) -> assertThat(left).isEmpty());
  }

  @TestFactory
  Stream<DynamicContainer> nothingGetsOut() throws IOException {
    StringBuilder report = new StringBuilder();
    NEIGHBOURS.forEach((lane, words) -> report.append(lane + ": neighbour " + words + "\n"));
    VERDICTS.forEach((lane, all) ->
        all.forEach(v ->
            report.append(
                "%s %s %d ms %s | %s%n"
                    .formatted(
                        lane,
                        v.attempt(),
                        v.took().toMillis(),
                        v.wrong().isEmpty() ? "ok" : "WRONG " + v.wrong(),
                        v.told().length() > 3000 ? v.told().substring(0, 3000) : v.told()))));
    Files.writeString(Path.of("target/escapes-long.txt"), report);
    return VERDICTS.entrySet().stream()
        .map(entry ->
            DynamicContainer.dynamicContainer(
                entry.getKey(),
                entry.getValue().stream()
                    .map(v -> DynamicTest.dynamicTest(v.attempt().id(), v::check))));
  }
}
