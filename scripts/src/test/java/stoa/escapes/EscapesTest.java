package stoa.escapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.module.Placement;
import stoa.samples.TestHost;
import stoa.sandbox.Level;
import stoa.sandbox.Sandbox;

/// Modules that try to get out. What counts is what they did, not what they were told: secrets that
/// come out, files that change, somebody who rings at a door, a process that dies, another module
/// that answers differently or not at all.
///
/// The properties `stoa.lanes` and `stoa.escapes`, a list and a pattern, run some of them only.
@Timeout(1200)
class EscapesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("stoa.root")).toAbsolutePath().normalize();

  private static final Path ESCAPES = ROOT.resolve("scripts/escapes");
  private static final Path REPORT = Path.of("target", "escapes.txt");

  /// Other tests run beside this one, and some attempts keep a core.
  private static final int LANES_AT_ONCE = 1;

  private static final String ONLY = System.getProperty("stoa.escapes", ".*");

  @TempDir private static Path folder;
  private static final HostSignals SIGNALS = new HostSignals();
  private static final Map<String, List<Verdict>> VERDICTS = new ConcurrentSkipListMap<>();
  private static final Map<String, List<String>> LEFT = new ConcurrentSkipListMap<>();
  private static final Map<String, String> NEIGHBOURS = new ConcurrentSkipListMap<>();
  private static final Map<String, String> LEFT_OUT = new ConcurrentSkipListMap<>();
  private static final Map<Placement, Set<String>> ENFORCED = new ConcurrentSkipListMap<>();
  private static List<Attempt> attempts = List.of();

  @BeforeAll
  @Timeout(1200)
  static void tryAll() throws Exception {
    attempts = Attempt.all(ESCAPES);
    List<Lane> lanes = lanes();
    tryAll(lanes.stream().filter(Lane::isConfined).toList());
    tryAll(lanes.stream().filter(lane -> !lane.isConfined()).toList());
    report();
  }

  /// What is not confined must not spoil what others look at.
  private static void tryAll(List<Lane> lanes) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(LANES_AT_ONCE);
    try {
      List<Future<List<Verdict>>> all =
          lanes.stream().map(lane -> threads.submit(() -> run(lane))).toList();
      for (Future<List<Verdict>> one : all) {
        one.get()
            .forEach(
                v -> VERDICTS.computeIfAbsent(v.lane().toString(), _ -> new ArrayList<>()).add(v));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /// Everything in every placement; below the best level, what the operating system refuses; and
  /// without a sandbox, what is harmless.
  private static List<Lane> lanes() {
    List<Lane> lanes = new ArrayList<>(Lane.all());
    for (Level level : List.of(Level.LANDLOCK, Level.NAMESPACES, Level.NONE)) {
      lanes.addAll(Lane.at(level));
    }
    List<String> wanted = List.of(System.getProperty("stoa.lanes", "").split(" "));
    lanes.removeIf(lane -> !wanted.contains("") && !wanted.contains(lane.toString()));
    lanes.stream()
        .filter(lane -> !lane.lacks().isEmpty())
        .forEach(lane -> LEFT_OUT.put(lane.toString(), lane.lacks()));
    lanes.removeIf(lane -> !lane.lacks().isEmpty());
    return lanes;
  }

  private static List<Verdict> run(Lane lane) throws IOException, InterruptedException {
    List<Attempt> mine =
        attempts.stream().filter(lane::holds).filter(it -> it.id().matches(ONLY)).toList();
    if (mine.isEmpty()) {
      return List.of();
    }
    World world =
        new World(
            Files.createDirectories(folder.resolve(lane.toString())),
            lane.toString(),
            new World.Folders(Path.of(System.getProperty("stoa.dist"), "sdk"), TestHost.CACHE),
            SIGNALS);
    List<Verdict> verdicts = new ArrayList<>();
    try (Arena arena = new Arena(lane, world, ESCAPES, mine)) {
      for (Attempt attempt : mine) {
        verdicts.add(arena.tried(attempt));
      }
      NEIGHBOURS.put(lane.toString(), arena.neighbour().told());
      if (lane.level().isEmpty()
          && mine.stream().map(lane::module).anyMatch(lane.tongue().id()::equals)) {
        ENFORCED.put(lane.placement(), arena.enforced());
      }
      LEFT.put(lane.toString(), arena.over());
    }
    return verdicts;
  }

  @AfterAll
  static void restore() {
    SIGNALS.close();
  }

  /// Counts, how the neighbours did, and what each attempt was told.
  private static void report() throws IOException {
    List<String> lines = new ArrayList<>(new Tally(attempts).table());
    lines.add("");
    NEIGHBOURS.forEach((lane, told) -> lines.add("neighbour in " + lane + ": " + told));
    VERDICTS.values().forEach(all -> all.forEach(v -> lines.add(v.line())));
    Files.createDirectories(REPORT.getParent());
    Files.write(REPORT, lines);
  }

  @TestFactory
  Stream<DynamicContainer> nothingGetsOut() {
    return VERDICTS.entrySet().stream()
        .filter(entry -> !entry.getKey().endsWith(Level.NONE.id()))
        .map(entry ->
            DynamicContainer.dynamicContainer(
                entry.getKey(),
                entry.getValue().stream()
                    .map(v -> DynamicTest.dynamicTest(v.attempt().id(), v::check))));
  }

  /// Or that they are refused would prove nothing.
  @TestFactory
  Stream<DynamicTest> withoutASandboxTheySucceed() {
    return VERDICTS.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(Level.NONE.id()))
        .flatMap(entry -> entry.getValue().stream())
        .map(v -> DynamicTest.dynamicTest(v.lane() + " " + v.attempt(), v::checkSuccess));
  }

  @TestFactory
  Stream<DynamicTest> whatThisMachineLacksIsLeftOutAndSaid() {
    return LEFT_OUT.entrySet().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(), () -> assumeThat(entry.getValue()).as(entry.getKey()).isEmpty()));
  }

  /// What `describe` says of a module, where it runs.
  @TestFactory
  Stream<DynamicTest> whatIsSaidToBeEnforcedWasTried() {
    return ENFORCED.entrySet().stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey().id(),
                () -> {
                  Set<String> tried =
                      attempts.stream()
                          .filter(attempt -> attempt.isTriedIn(entry.getKey()))
                          .flatMap(attempt -> attempt.against().stream())
                          .collect(Collectors.toSet());
                  assertThat(tried).containsAll(entry.getValue());
                }));
  }

  @Test
  void nobodyIsLeftBehind() {
    assertThat(LEFT).allSatisfy((lane, left) -> assertThat(left).as(lane).isEmpty());
  }

  @Test
  void theTableInTheDocumentationIsTrue() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("docs/security.md")))
        .as("docs/security.md, against the beginning of scripts/%s", REPORT)
        .containsSequence(new Tally(attempts).table());
  }

  @Test
  void theBestLevelIsOneThatConfines() {
    assertThat(attempts).hasSizeGreaterThan(60);
    assertThat(Sandbox.best().level()).isNotEqualTo(Level.NONE);
  }
}
