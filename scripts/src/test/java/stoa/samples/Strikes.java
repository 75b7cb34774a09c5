package stoa.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// birdstrikes.csv, read and counted without Stoa: what the sample job is checked against.
record Strikes(List<Strike> all) {
  private static final Set<String> KNOWN_DAMAGE = Set.of("None", "Minor", "Medium", "Substantial");

  /// One row, with the line that it stands on.
  record Strike(int line, Map<String, String> fields) {
    String of(String column) {
      return fields.get(column);
    }

    String airport() {
      return of("Airport Name");
    }

    long cost() {
      return Long.parseLong(of("Cost Total $"));
    }

    boolean isGood() {
      return KNOWN_DAMAGE.contains(of("Effect Amount of damage"));
    }

    boolean isDamaging() {
      return !of("Effect Amount of damage").equals("None");
    }
  }

  /// What a row of the printed tables says.
  record Figures(int strikes, int damaging, long cost) {
    static Figures of(List<Strike> strikes) {
      return new Figures(
          strikes.size(),
          (int) strikes.stream().filter(Strike::isDamaging).count(),
          strikes.stream().mapToLong(Strike::cost).sum());
    }
  }

  static Strikes read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String[] columns = lines.getFirst().split(",", -1);
    List<Strike> all = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      // No cell of this file has a comma or a quote in it.
      String[] cells = lines.get(i).split(",", -1);
      Map<String, String> fields =
          IntStream.range(0, columns.length)
              .boxed()
              .collect(Collectors.toMap(column -> columns[column], column -> cells[column]));
      all.add(new Strike(i + 1, fields));
    }
    return new Strikes(List.copyOf(all));
  }

  List<Strike> good() {
    return all.stream().filter(Strike::isGood).toList();
  }

  List<Strike> bad() {
    return all.stream().filter(Predicate.not(Strike::isGood)).toList();
  }

  /// The good ones in groups.
  Map<String, Figures> by(Function<Strike, String> key) {
    Map<String, Figures> figures = new HashMap<>();
    good().stream()
        .collect(Collectors.groupingBy(key))
        .forEach((group, strikes) -> figures.put(group, Figures.of(strikes)));
    return figures;
  }

  /// Lines that say the same as an earlier one.
  List<Integer> repeats() {
    Set<Map<String, String>> seen = new HashSet<>();
    return all.stream().filter(s -> !seen.add(s.fields())).map(Strike::line).toList();
  }
}
