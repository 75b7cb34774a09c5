package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.module.Placement;
import stoa.value.Value;

/// The same files, in a context of this JVM and as processes of their own: nobody who calls them
/// can tell the difference.
class EveryPlacementTest {
  private static final Map<Placement, Host> HOSTS = new EnumMap<>(Placement.class);
  private static final Map<Placement, Queue<LogLine>> LOGS = new EnumMap<>(Placement.class);

  @BeforeAll
  static void start() {
    for (Placement placement : Placement.values()) {
      Queue<LogLine> log = new ConcurrentLinkedQueue<>();
      LOGS.put(placement, log);
      HOSTS.put(
          placement,
          TestHost.builder()
              .modules(Command.ROOT.resolve("scripts/modules"))
              .placement(placement)
              .log(log::add)
              .start());
    }
  }

  @AfterAll
  static void close() {
    HOSTS.values().forEach(Host::close);
  }

  @TestFactory
  Stream<DynamicContainer> givesTheSameAnswers() throws Exception {
    List<Case> cases = Case.all();
    return HOSTS.entrySet().stream()
        .map(entry ->
            DynamicContainer.dynamicContainer(
                entry.getKey().id(), cases.stream().map(row -> test(row, entry.getValue()))));
  }

  private static DynamicTest test(Case row, Host host) {
    return DynamicTest.dynamicTest(row.toString(), () -> row.check(host));
  }

  @ParameterizedTest
  @EnumSource
  void runsInTheGivenPlacement(Placement placement) {
    HOSTS.get(placement).module("stoa").call("load", "words");
    assertThat(described(placement, "words").at("placement").asText()).isEqualTo(placement.id());
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsTimedByItsModule(Placement placement) {
    Instant before = Instant.now().minusMillis(1);
    try (Stream<Value> ticks = HOSTS.get(placement).module("ticker").stream("ticks", 5, 3)) {
      List<Value> all = ticks.toList();
      assertThat(all.stream().map(tick -> tick.at("tick").asLong())).containsExactly(1L, 2L, 3L);
      assertThat(all.stream().map(tick -> (Instant) tick.at("at").plain()))
          .isSorted()
          .allMatch(before::isBefore);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatItsReaderClosesRunsItsFinally(Placement placement) {
    for (String[] endless : new String[][] {{"primes", "numbers"}, {"ticker", "ticks"}}) {
      Object[] arguments = endless[0].equals("ticker") ? new Object[] {1} : new Object[] {};
      try (Stream<Value> items =
          HOSTS.get(placement).module(endless[0]).stream(endless[1], arguments)) {
        assertThat(items.limit(2)).hasSize(2);
      }
      await()
          .untilAsserted(() ->
              assertThat(LOGS.get(placement))
                  .anyMatch(line -> line.text().matches("(closed|stopped) after \\d+ \\w+"))
                  .anyMatch(line -> line.module().equals(endless[0])));
    }
  }

  @Test
  void modulesSayTheSameOfThemselves() {
    for (String module :
        List.of("words", "report", "calculator", "ticker", "counter", "convert", "primes")) {
      List<List<Value>> said =
          HOSTS.keySet().stream().map(placement -> methods(described(placement, module))).toList();
      assertThat(said.getFirst()).as(module).isNotEmpty();
      assertThat(said).as(module).allMatch(said.getFirst()::equals);
    }
  }

  private static Value described(Placement placement, String module) {
    return HOSTS.get(placement).module("stoa").call("describe", module);
  }

  private static List<Value> methods(Value description) {
    return description.at("methods").asList().stream()
        .sorted(Comparator.comparing(method -> method.at("name").asText()))
        .toList();
  }
}
