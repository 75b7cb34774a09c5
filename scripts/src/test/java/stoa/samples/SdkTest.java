package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The SDKs' own suites, run as their authors run them.
@Timeout(120)
class SdkTest {
  @Test
  void theJavaScriptSuitePasses() throws Exception {
    passes("javascript", "node", "--test", "--test-reporter=spec");
  }

  @Test
  void thePythonSuitePasses() throws Exception {
    passes("python", "python3", "-W", "error", "-m", "unittest");
  }

  private static void passes(String language, String... command) throws Exception {
    assumeTrue(
        isOnPath(command[0]),
        () ->
            "the suite of the "
                + language
                + " SDK was left out: there is no `"
                + command[0]
                + "` on the PATH");
    Path folder = Command.ROOT.resolve("polyglot-bridge/sdk").resolve(language);
    Command run = Command.run(folder, Map.of("PYTHONDONTWRITEBYTECODE", "1"), List.of(command));
    assertThat(run.exit()).as("%s%n%s", run.out(), run.err()).isZero();
    assertThat(run.out() + run.err()).as("tests were found").containsPattern("(tests|Ran) \\d\\d");
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
