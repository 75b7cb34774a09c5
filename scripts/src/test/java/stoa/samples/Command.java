package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A program run as a person runs it, to its end.
///
/// @param out what it printed, as far as it is a result
/// @param err everything else that it printed
record Command(int exit, String out, String err) {
  /// The checkout.
  static final Path ROOT = Path.of(System.getProperty("stoa.root")).toAbsolutePath().normalize();

  private static final Duration LIMIT = Duration.ofSeconds(150);

  /// Runs the launcher with the distribution that this build laid out.
  static Command stoa(Path workingFolder, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("stoa").toString()));
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    return run(workingFolder, Map.of("STOA_BUILD", "off"), command);
  }

  static Command run(Path workingFolder, Map<String, String> environment, List<String> command)
      throws Exception {
    return run(LIMIT, workingFolder, environment, command);
  }

  /// @param limit how long it may take
  static Command run(
      Duration limit, Path workingFolder, Map<String, String> environment, List<String> command)
      throws Exception {
    Path out = Files.createTempFile("stoa-out", "");
    Path err = Files.createTempFile("stoa-err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingFolder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(limit)) {
        throw new AssertionError(command + " hangs; it said: " + tail(err));
      }
      return new Command(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String tail(Path file) throws IOException {
    String text = Files.readString(file);
    return text.substring(Math.max(0, text.length() - 2000));
  }

  /// The same, after it has been checked that the program succeeded.
  Command succeeded() {
    assertThat(exit).as("exit code; it said: %s%s", out, err).isZero();
    return this;
  }
}
