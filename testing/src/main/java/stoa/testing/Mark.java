package stoa.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A variable in the environment of a process, which all that it starts inherit, whoever becomes
/// their parent. Linux tells the environment that a process began with, so it is seen there only.
///
/// @param entry `NAME=value`, each byte of it one character
record Mark(String entry) {
  /// What the build gives each JVM that runs tests; no two have the same value.
  static final String VARIABLE = "STOA_TEST_RUN";

  /// The mark of this JVM, if it was started with one.
  static Optional<Mark> ofThisJvm() {
    return environment(ProcessHandle.current())
        .filter(entry -> entry.startsWith(VARIABLE + "="))
        .map(Mark::new)
        .findFirst();
  }

  /// The other processes that carry it, without those that this JVM comes from.
  List<ProcessHandle> carriers() {
    Set<ProcessHandle> lineage = lineage();
    return ProcessHandle.allProcesses()
        .filter(process -> !lineage.contains(process))
        .filter(process -> environment(process).anyMatch(entry::equals))
        .toList();
  }

  private static Set<ProcessHandle> lineage() {
    Set<ProcessHandle> lineage = new HashSet<>();
    Optional<ProcessHandle> next = Optional.of(ProcessHandle.current());
    while (next.isPresent() && lineage.add(next.get())) {
      next = next.get().parent();
    }
    return lineage;
  }

  /// Empty for processes of others, and for those that have ended and were not reaped.
  private static Stream<String> environment(ProcessHandle process) {
    Path file = Path.of("/proc/%d/environ".formatted(process.pid()));
    try {
      return Stream.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\0"));
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
