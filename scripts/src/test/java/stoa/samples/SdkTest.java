package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The SDKs' own suites, run as their authors run them, side by side: both mostly wait.
@Timeout(120)
class SdkTest {
  private static final Map<String, List<String>> SUITES =
      Map.of(
          "javascript", List.of("node", "--test", "--test-reporter=spec"),
          "python", List.of("python3", "-W", "error", "-m", "unittest"));

  private static final Map<String, CompletableFuture<Command>> RUNS = new HashMap<>();

  @BeforeAll
  static void startThem() {
    SUITES.forEach((language, command) -> {
      if (isOnPath(command.getFirst())) {
        RUNS.put(language, CompletableFuture.supplyAsync(() -> run(language, command)));
      }
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"javascript", "python"})
  void theSuitePasses(String language) throws Exception {
    String program = SUITES.get(language).getFirst();
    assumeTrue(
        RUNS.containsKey(language),
        () ->
            "the suite of the "
                + language
                + " SDK was left out: there is no `"
                + program
                + "` on the PATH");
    Command run = RUNS.get(language).get();
    assertThat(run.exit()).as("%s%n%s", run.out(), run.err()).isZero();
    assertThat(run.out() + run.err()).as("tests were found").containsPattern("(tests|Ran) \\d\\d");
  }

  private static Command run(String language, List<String> command) {
    Path folder = Command.ROOT.resolve("polyglot-bridge/sdk").resolve(language);
    try {
      return Command.run(folder, Map.of("PYTHONDONTWRITEBYTECODE", "1"), command);
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
