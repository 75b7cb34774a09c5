package stoa.worker;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stoa.module.Access;

/// How a worker is told what its module may reach: a line for each thing. Values of variables are
/// not in it: it finds them in its own environment.
final class AccessText {
  private AccessText() {}

  static String of(Access access) {
    List<String> lines = new ArrayList<>();
    access.data().ifPresent(data -> lines.add(line("data", data.toString())));
    access.reads().forEach(path -> lines.add(line("read", path.toString())));
    access.writes().forEach(path -> lines.add(line("write", path.toString())));
    access.variables().forEach(name -> lines.add(line("sees", name)));
    access.environment().keySet().forEach(name -> lines.add(line("set", name)));
    return String.join("\n", lines);
  }

  private static String line(String what, String value) {
    return what + " " + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /// @param environment that of the worker
  static Access read(String text, Map<String, String> environment) {
    Optional<Path> data = Optional.empty();
    List<Path> reads = new ArrayList<>();
    List<Path> writes = new ArrayList<>();
    List<String> sees = new ArrayList<>();
    Map<String, String> set = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 2);
      String value = URLDecoder.decode(words[1], StandardCharsets.UTF_8);
      switch (words[0]) {
        case "data" -> data = Optional.of(Path.of(value));
        case "read" -> reads.add(Path.of(value));
        case "write" -> writes.add(Path.of(value));
        case "sees" -> sees.add(value);
        case "set" -> Optional.ofNullable(environment.get(value)).ifPresent(v -> set.put(value, v));
        default -> throw new IllegalArgumentException("`" + line + "` is no access");
      }
    }
    return new Access(data, reads, writes, sees, set);
  }
}
