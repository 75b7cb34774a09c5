package stoa.cli;

import java.nio.file.Path;
import java.util.List;

/// How the JVMs of workers are started from a distribution.
final class WorkerJvm {
  private WorkerJvm() {}

  /// With GraalVM's compiler: a worker lives longer than a command.
  static List<String> compiling(Path jars) {
    return List.of(
        "-XX:+UnlockExperimentalVMOptions",
        "-XX:+EnableJVMCI",
        "--upgrade-module-path=" + jars,
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseCompactObjectHeaders",
        "-XX:+UseSerialGC",
        "-Xlog:disable",
        "-Xlog:all=warning:stderr");
  }
}
