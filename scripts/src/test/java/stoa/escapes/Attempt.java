package stoa.escapes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stoa.module.Placement;
import stoa.value.Json;
import stoa.value.Value;

/// A row of `scripts/escapes/attempts.json`.
///
/// @param id `door.name`
/// @param does what the code tries, for people
/// @param in where it is tried
/// @param outcome what must come of it
/// @param names what the refusal has to name; empty: nothing
/// @param terms what it needs to be tried
record Attempt(
    String id,
    String does,
    Map<Tongue, Set<Placement>> in,
    Outcome outcome,
    String names,
    Terms terms) {
  /// What an attempt is written in.
  enum Tongue {
    JS("js", "node"),
    PY("py", "python3"),
    SH("program", "sh"),
    PERL("program", "perl"),
    C("program", "gcc"),
    /// Python, but without the SDK: frames that no SDK would send.
    WIRE("program", "python3");

    private final String folder;
    private final String command;

    Tongue(String folder, String command) {
      this.folder = folder;
      this.command = command;
    }

    /// What a process of it needs on this machine.
    String command() {
      return command;
    }

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Where its module stands in `scripts/escapes`.
    String folder() {
      return folder;
    }

    /// Whether it needs no more than a process.
    boolean isProgram() {
      return folder.equals("program");
    }
  }

  enum Outcome {
    /// Nothing outside is touched, and the module serves on.
    REFUSED,
    /// The same, but it may cost the module's instance.
    CONTAINED,
    /// The module may do this: the others would prove nothing if it could not.
    WORKS,
    /// The module has spoilt itself, and nobody else.
    BROKEN
  }

  /// @param grants what is granted to the module
  /// @param asks what its manifest asks for
  /// @param alone where it costs its instance, so that it has a module of its own
  /// @param harmless in which languages it may succeed: what it does then stays in the world of the
  ///   test
  record Terms(List<String> grants, List<String> asks, Set<Placement> alone, Set<Tongue> harmless) {
    /// Which module makes the attempt: one of its own, one of all that were granted something of
    /// the same kind, or, empty, that of all others.
    String apart(Placement placement, String id) {
      if (alone.contains(placement)) {
        return "-" + id.replace('.', '-');
      }
      return Stream.concat(grants.stream(), asks.stream())
          .map(grant -> "-" + grant.substring(0, grant.indexOf('=')))
          .distinct()
          .collect(Collectors.joining());
    }
  }

  static List<Attempt> all(Path folder) throws IOException {
    return Json.read(Files.readString(folder.resolve("attempts.json"))).asList().stream()
        .map(Attempt::of)
        .toList();
  }

  private static Attempt of(Value row) {
    Map<String, Value> fields = row.asMap();
    return new Attempt(
        row.at("id").asText(),
        row.at("does").asText(),
        places(row.at("in").asText()),
        fields.containsKey("expect")
            ? Outcome.valueOf(row.at("expect").asText().toUpperCase(Locale.ROOT))
            : Outcome.REFUSED,
        fields.containsKey("names") ? row.at("names").asText() : "",
        new Terms(texts(fields, "grants"), texts(fields, "asks"), alone(fields), harmless(fields)));
  }

  private static List<String> texts(Map<String, Value> fields, String key) {
    return fields.containsKey(key)
        ? fields.get(key).asList().stream().map(Value::asText).toList()
        : List.of();
  }

  /// `true`: everywhere; else the placements.
  private static Set<Placement> alone(Map<String, Value> fields) {
    if (!fields.containsKey("alone")) {
      return Set.of();
    }
    return fields.get("alone") instanceof Value.Text(String text)
        ? placements(text)
        : EnumSet.allOf(Placement.class);
  }

  private static Set<Tongue> harmless(Map<String, Value> fields) {
    return fields.containsKey("harmless")
        ? Pattern.compile(" ")
            .splitAsStream(fields.get("harmless").asText())
            .map(id -> Tongue.valueOf(id.toUpperCase(Locale.ROOT)))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Tongue.class)))
        : Set.of();
  }

  private static Set<Placement> placements(String text) {
    return Pattern.compile(",")
        .splitAsStream(text)
        .map(id -> Placement.named(id).orElseThrow())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Placement.class)));
  }

  /// `js py:worker,native`
  private static Map<Tongue, Set<Placement>> places(String text) {
    Map<Tongue, Set<Placement>> places = new EnumMap<>(Tongue.class);
    for (String word : text.split(" ")) {
      String[] parts = word.split(":", 2);
      Tongue tongue = Tongue.valueOf(parts[0].toUpperCase(Locale.ROOT));
      Set<Placement> all =
          parts.length == 2
              ? placements(parts[1])
              : tongue.isProgram() ? EnumSet.of(Placement.NATIVE) : EnumSet.allOf(Placement.class);
      places.put(tongue, all);
    }
    return places;
  }

  boolean isTried(Tongue tongue, Placement placement) {
    return in.getOrDefault(tongue, Set.of()).contains(placement);
  }

  boolean isTriedIn(Placement placement) {
    return in.values().stream().anyMatch(places -> places.contains(placement));
  }

  /// The respects of the report that it violates, if it succeeds.
  Set<String> against() {
    return switch (door()) {
      case "time" -> Set.of("cpu", "time");
      case "memory" ->
          id.contains("thread") || id.contains("forks") ? Set.of("threads") : Set.of("heap");
      case "processes" -> id.contains("thread") ? Set.of("threads") : Set.of("processes");
      case "others", "host" -> Set.of("other modules");
      default -> Set.of(door());
    };
  }

  String door() {
    return id.substring(0, id.indexOf('.'));
  }

  private String name() {
    return id.substring(id.indexOf('.') + 1);
  }

  /// Whether it is the operating system that has to refuse it to a process.
  boolean isAtTheSystem() {
    return Set.of("files", "network", "processes", "environment").contains(door())
        && names.isEmpty()
        && terms.apart(Placement.NATIVE, id).isEmpty();
  }

  /// What the function is called.
  String function(Tongue tongue) {
    return switch (tongue) {
      case JS ->
          Pattern.compile("-(.)")
              .matcher(name())
              .replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
      case PY -> name().replace('-', '_');
      case SH, PERL, C, WIRE -> name();
    };
  }

  /// How long it may take, in milliseconds. What has no end is told to end soon.
  long limitMillis() {
    return door().equals("time") ? 250 : 20_000;
  }

  @Override
  public String toString() {
    return id;
  }
}
