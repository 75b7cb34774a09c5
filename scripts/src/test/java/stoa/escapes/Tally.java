package stoa.escapes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import stoa.escapes.Attempt.Outcome;
import stoa.escapes.Attempt.Tongue;
import stoa.module.Placement;

/// How many attempts there are, by door and placement, as a table for people. Each language in
/// which an attempt is written counts.
final class Tally {
  private static final Map<String, String> DOORS = new LinkedHashMap<>();

  static {
    DOORS.put("files", "files outside, of other modules, of the host");
    DOORS.put("network", "the network, other sockets, what was not granted");
    DOORS.put("processes", "programs, signals, rights of the operating system");
    DOORS.put("environment", "variables, command lines");
    DOORS.put("host", "the host's classes, scripts, methods and sockets; forged frames");
    DOORS.put("others", "other modules, their objects, their names");
    DOORS.put("memory", "memory, stack, threads, descriptors");
    DOORS.put("time", "code and calls without end");
    DOORS.put("output", "floods and forged lines");
  }

  private final List<Attempt> attempts;

  Tally(List<Attempt> attempts) {
    this.attempts = attempts;
  }

  List<String> doors() {
    return List.copyOf(DOORS.keySet());
  }

  /// The lines of the table.
  List<String> table() {
    List<String> lines = new java.util.ArrayList<>();
    lines.add("| door | what is tried | attempts | context | worker | native |");
    lines.add("|---|---|--:|--:|--:|--:|");
    DOORS.forEach(
        (door, words) -> lines.add(line("`" + door + "`", words, it -> it.door().equals(door))));
    lines.add(line("all", "", _ -> true));
    return lines;
  }

  private String line(String door, String words, Predicate<Attempt> which) {
    return "| %s | %s | %d | %s | %s | %s |"
        .formatted(
            door,
            words,
            attempts.stream().filter(which).count(),
            cell(Placement.CONTEXT, which),
            cell(Placement.WORKER, which),
            cell(Placement.NATIVE, which));
  }

  /// Those that are refused, and those that may cost their instance.
  private String cell(Placement placement, Predicate<Attempt> which) {
    long refused = count(placement, which.and(it -> it.outcome() != Outcome.CONTAINED));
    long contained = count(placement, which.and(it -> it.outcome() == Outcome.CONTAINED));
    return contained == 0
        ? "" + refused
        : refused == 0 ? "(" + contained + ")" : refused + " (" + contained + ")";
  }

  private long count(Placement placement, Predicate<Attempt> which) {
    return attempts.stream()
        .filter(which)
        .mapToLong(it ->
            java.util.Arrays.stream(Tongue.values())
                .filter(tongue -> it.isTried(tongue, placement))
                .count())
        .sum();
  }
}
