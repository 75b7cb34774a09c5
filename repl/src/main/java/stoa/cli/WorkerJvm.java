package stoa.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How the JVMs of workers are started from a distribution: as a process that stays, since a worker
/// lives longer than a command. The launcher starts those with the same class path and cache.
final class WorkerJvm {
  private WorkerJvm() {}

  /// Empty if the distribution has no compiler.
  ///
  /// @param dist where the launcher says that it is
  static Optional<List<String>> compiling(Path dist) {
    try {
      return Optional.of(options(dist, Files.readAllLines(dist.resolve("classpath-lasting"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<String> options(Path dist, List<String> jars) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:+EnableJVMCI",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                "-Xlog:all=warning,aot=off,cds=off:stderr"));
    Path cache = dist.resolve("aot/lasting-" + System.getProperty("java.runtime.version") + ".aot");
    if (Files.isReadable(cache)) {
      // Mapped where it was made, it is shared by all workers: each saves 80 to 140 MB.
      options.addAll(
          List.of(
              "-XX:AOTCache=" + cache,
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:ArchiveRelocationMode=0"));
    }
    options.add("-cp");
    options.add(
        jars.stream()
            .map(jar -> dist + "/lib/" + jar) // as the launcher writes it: the cache knows no other
            .collect(Collectors.joining(File.pathSeparator)));
    return options;
  }
}
