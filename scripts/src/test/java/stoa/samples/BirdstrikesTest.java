package stoa.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.samples.Strikes.Figures;
import stoa.samples.Strikes.Strike;
import stoa.value.Json;
import stoa.value.Value;

/// The job that the README runs first, run as it says, and its figures beside those of [Strikes].
@Timeout(200)
class BirdstrikesTest {
  private static final Path DATA = Command.ROOT.resolve("scripts/data");

  @TempDir private static Path folder;

  private static Command run;
  private static Tables tables;
  private static Strikes strikes;
  private static List<Value> written;

  @BeforeAll
  @Timeout(200)
  static void runTheJob() throws Exception {
    strikes = Strikes.read(DATA.resolve("birdstrikes.csv"));
    Path script = Command.ROOT.resolve("scripts/birdstrikes/main.js");
    run = Command.stoa(folder, "run", script).succeeded();
    tables = new Tables(run.out());
    try (Stream<String> lines = Files.lines(folder.resolve("birdstrikes.ndjson"))) {
      written = lines.map(Json::read).toList();
    }
  }

  @Test
  void eachReportIsWrittenOnceInTheOrderOfTheFile() {
    assertThat(written.stream().map(line -> (int) line.at("line").asLong()))
        .isEqualTo(strikes.all().stream().map(Strike::line).toList());
  }

  @Test
  void noDollarIsLost() {
    assertThat(strikes.all().stream().mapToLong(Strike::cost).sum()).isEqualTo(40_545_276);
    assertThat(sum(good()) + written.stream().mapToLong(l -> cost(l.at("bad"))).sum())
        .isEqualTo(40_545_276);
    assertThat(tables.lines("Reports"))
        .anyMatch(line -> line.matches("  in all +10,000 +\\$40,545,276"));
  }

  @Test
  void theFifteenStrayDamageCodesAreBadRecords() {
    assertThat(tables.counts("Reports"))
        .contains(entry("clean", 9_985L), entry("bad", 15L), entry("not processed", 0L));
    assertThat(tables.counts("Bad records by kind"))
        .containsExactly(entry("damage-code `C`", 14L), entry("damage-code `B`", 1L));
    assertThat(written.stream().filter(l -> !l.at("bad").isNull()).map(l -> l.at("line").asLong()))
        .isEqualTo(strikes.bad().stream().map(strike -> (long) strike.line()).toList());
    assertThat(good().stream().collect(Collectors.groupingBy(r -> text(r, "damage"), counting())))
        .isEqualTo(Map.of("none", 8_939, "minor", 549, "substantial", 311, "medium", 186));
  }

  @Test
  void recordsSayWhatTheRowsSay() {
    Map<Integer, Strike> rows =
        strikes.all().stream().collect(Collectors.toMap(Strike::line, Function.identity()));
    assertThat(good())
        .allSatisfy(record -> {
          Strike row = rows.get((int) record.at("line").asLong());
          assertThat(text(record, "airport")).isEqualTo(row.airport());
          assertThat(text(record, "date")).isEqualTo(row.of("Flight Date"));
          assertThat(text(record, "species")).isEqualTo(row.of("Wildlife Species"));
          assertThat(text(record, "phase")).isEqualTo(row.of("Phase of flight"));
          assertThat(text(record, "aircraft"))
              .isEqualTo(row.of("Aircraft Make Model").strip().replaceAll(" +", " "));
          assertThat(record.at("cost").asLong()).isEqualTo(row.cost());
        });
  }

  @Test
  void namesAndSpeedsAreRepaired() {
    assertThat(good()).noneMatch(record -> record.at("operator").toString().contains("*"));
    assertThat(good().stream().filter(record -> record.at("operator").isNull())).hasSize(72);
    assertThat(count(row -> row.of("Aircraft Airline Operator").endsWith("*"))).isEqualTo(1_084);
    assertThat(tables.counts("Repaired in clean records by kind"))
        .containsOnly(
            entry("operator-mark", count(row -> row.of("Aircraft Airline Operator").endsWith("*"))),
            entry("operator-unknown", 72L),
            entry("speed-missing", count(row -> speed(row).isEmpty())),
            entry("speed-impossible", count(BirdstrikesTest::isImpossible)),
            entry(
                "space",
                count(row -> row.fields().values().stream().anyMatch(BirdstrikesTest::isSpaced))));
  }

  @Test
  void monthsAreCountedRight() {
    Map<String, Figures> expected =
        strikes.by(row ->
            Month.of(Integer.parseInt(row.of("Flight Date").substring(5, 7)))
                .getDisplayName(TextStyle.FULL, Locale.ENGLISH));
    assertThat(tables.figures("By month")).isEqualTo(expected).hasSize(12);
  }

  @Test
  void phasesAreCountedRight() {
    assertThat(tables.figures("By phase of flight"))
        .isEqualTo(strikes.by(row -> row.of("Phase of flight")))
        .hasSize(7);
  }

  @Test
  void theMostFrequentSpeciesAreThoseThatWereIdentified() {
    Map<String, Figures> expected = new HashMap<>(strikes.by(row -> row.of("Wildlife Species")));
    expected.keySet().removeIf(species -> species.startsWith("Unknown"));
    Map<String, Figures> printed = tables.figures("Most frequent species");
    assertThat(expected).containsAllEntriesOf(printed).hasSize(33);
    int least = printed.values().stream().mapToInt(Figures::strikes).min().orElseThrow();
    assertThat(printed).hasSize(10);
    assertThat(expected.values().stream().filter(f -> f.strikes() > least).count()).isLessThan(10);
  }

  @Test
  void airportsAreThoseOfTheTableCheckedByHand() throws Exception {
    Map<String, Value> checked = checkedByHand();
    assertThat(checked).hasSize(50);
    assertThat(good())
        .allSatisfy(record ->
            assertThat(record.at("iata")).isEqualTo(checked.get(text(record, "airport"))));
    assertThat(tables.lines("Airports with the costliest strikes"))
        .contains(
            "  49 of 50 names in the reports belong to an airport in airports.csv.",
            "  Not found: BARKSDALE AIR FORCE BASE ARPT.");
  }

  @Test
  void theCostliestAirportsAreCountedRight() throws Exception {
    Map<String, Value> codes = checkedByHand();
    Map<String, Figures> byCode = strikes.by(row -> codes.get(row.airport()).toString());
    Map<String, Figures> printed = tables.figures("Airports with the costliest strikes");
    assertThat(printed).hasSize(10);
    printed.forEach((airport, figures) -> {
      String code = new Value.Text(airport.substring(0, 3)).toString();
      assertThat(byCode).containsEntry(code, figures);
    });
    long least = printed.values().stream().mapToLong(Figures::cost).min().orElseThrow();
    assertThat(byCode.values().stream().filter(f -> f.cost() > least).count()).isEqualTo(9);
  }

  @Test
  void exactRepeatsAreKeptAndMarked() {
    assertThat(strikes.repeats()).hasSize(24);
    assertThat(
            written.stream()
                .filter(line -> !line.at("repeats").isNull())
                .map(line -> (int) line.at("line").asLong()))
        .isEqualTo(strikes.repeats());
  }

  @Test
  void progressIsToldApartFromResults() {
    assertThat(run.err()).contains("2500 reports", "10000 reports", "done in");
    assertThat(run.out()).doesNotContain("done in").contains("birdstrikes.ndjson");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  private static List<Value> good() {
    return written.stream().filter(line -> !line.asMap().containsKey("bad")).toList();
  }

  private static long sum(List<Value> records) {
    return records.stream().mapToLong(BirdstrikesTest::cost).sum();
  }

  private static long cost(Value record) {
    return record.isNull() ? 0 : record.at("cost").asLong();
  }

  private static String text(Value record, String field) {
    return record.at(field).asText();
  }

  private static Collector<Value, ?, Integer> counting() {
    return Collectors.summingInt(_ -> 1);
  }

  private static String speed(Strike row) {
    return row.of("Speed IAS in knots");
  }

  private static boolean isImpossible(Strike row) {
    return List.of("Approach", "Climb", "Descent").contains(row.of("Phase of flight"))
        && !speed(row).isEmpty()
        && Integer.parseInt(speed(row)) < 40;
  }

  private static boolean isSpaced(String cell) {
    return !cell.equals(cell.strip()) || cell.contains("  ");
  }

  private static long count(Predicate<Strike> fits) {
    return strikes.good().stream().filter(fits).count();
  }

  private static Map<String, Value> checkedByHand() throws Exception {
    try (InputStream resource = BirdstrikesTest.class.getResourceAsStream("airports.json")) {
      return Json.read(new String(resource.readAllBytes(), UTF_8)).asMap();
    }
  }
}
