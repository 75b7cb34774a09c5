package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// What is mounted where. The kernel lets nobody take `noexec` away from a mount that he did not
/// make, not even by leaving it out.
final class MountTable {
  private static final int TARGET = 4;
  private static final int OPTIONS = 5;

  private final List<Row> rows;

  private record Row(Path target, List<String> options) {}

  private MountTable(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  static MountTable read() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String[] words = line.split(" ");
      if (words.length > OPTIONS) {
        rows.add(new Row(Path.of(plain(words[TARGET])), Arrays.asList(words[OPTIONS].split(","))));
      }
    }
    return new MountTable(rows);
  }

  /// A blank is written `\040` there.
  private static String plain(String escaped) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.charAt(i) == '\\' && i + 3 < escaped.length()) {
        text.append((char) Integer.parseInt(escaped.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        text.append(escaped.charAt(i));
      }
    }
    return text.toString();
  }

  boolean forbidsPrograms(Path path) {
    return rows.stream()
        .filter(row -> path.startsWith(row.target()))
        .max(Comparator.comparingInt(row -> row.target().getNameCount()))
        .map(row -> row.options().contains("noexec"))
        .orElse(false);
  }

  /// What is mounted below a folder.
  List<Path> below(Path folder) {
    return rows.stream()
        .map(Row::target)
        .filter(target -> target.startsWith(folder) && !target.equals(folder))
        .distinct()
        .toList();
  }
}
