package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The batch script in Python.
@Timeout(200)
class WeatherTest {
  private static final Path SCRIPTS = Command.ROOT.resolve("scripts");

  @TempDir private Path folder;

  @Test
  void printsWhatAnIndependentCalculationSays() throws Exception {
    Command run = Command.stoa(folder, "run", SCRIPTS.resolve("weather.py")).succeeded();
    List<String> rows = run.out().lines().filter(line -> line.contains("mm")).toList();
    assertThat(rows).hasSize(12);
    Map<Integer, List<String[]>> months;
    try (Stream<String> lines = Files.lines(SCRIPTS.resolve("data/seattle-weather.csv"))) {
      months =
          lines
              .skip(1)
              .map(line -> line.split(","))
              .collect(
                  Collectors.groupingBy(
                      day -> Integer.valueOf(day[0].substring(5, 7)),
                      TreeMap::new,
                      Collectors.toList()));
    }
    months.forEach((month, days) -> {
      String row = rows.get(month - 1);
      assertThat(row).contains(" " + days.size() + " ");
      assertThat(row).contains(" " + mean(days, 1) + " mm");
      assertThat(row).contains(" " + mean(days, 2) + " °C");
      BigDecimal fahrenheit =
          mean(days, 2).multiply(new BigDecimal("1.8")).add(new BigDecimal("32"));
      assertThat(row).contains(" " + fahrenheit.setScale(1, RoundingMode.HALF_EVEN) + " °F");
      double hottest = days.stream().mapToDouble(d -> Double.parseDouble(d[2])).max().orElseThrow();
      assertThat(row).endsWith(hottest + " °C");
    });
  }

  private static BigDecimal mean(List<String[]> days, int column) {
    BigDecimal sum =
        days.stream()
            .map(day -> new BigDecimal(day[column]))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return sum.divide(BigDecimal.valueOf(days.size()), 1, RoundingMode.HALF_EVEN);
  }
}
