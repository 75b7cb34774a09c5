package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The example of a Java program around Stoa: copied out of the checkout, built by Maven as a
/// project of its own, and run as its README says.
@Timeout(200)
class EmbeddingTest {
  private static final Path EXAMPLE = Command.ROOT.resolve("scripts/embedding");
  private static final String VERSION = "0.1.0-SNAPSHOT";

  @TempDir private Path folder;

  @Test
  void buildsAndRunsAsItsReadmeSays() throws Exception {
    Path project = folder.resolve("shop");
    for (String part : List.of("pom.xml", "src", "modules")) {
      copy(EXAMPLE.resolve(part), project.resolve(part));
    }
    Command.run(project, Map.of(), maven("-q", "package")).succeeded();
    Command run =
        Command.run(project, Map.of(), List.of(java(), "-jar", "target/shop.jar")).succeeded();
    assertThat(run.out().lines().map(EmbeddingTest::untilItsHelp)).isEqualTo(promised());
  }

  /// What the README says that the program prints.
  private static List<String> promised() throws IOException {
    return Files.readString(EXAMPLE.resolve("README.md"))
        .lines()
        .dropWhile(line -> !line.equals("It prints"))
        .skip(3)
        .takeWhile(line -> !line.equals("```"))
        .map(EmbeddingTest::untilItsHelp)
        .toList();
  }

  /// Words of help may be put better at any time.
  private static String untilItsHelp(String line) {
    return line.replaceFirst("(NO_SUCH_METHOD).*", "$1");
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /// Our artifacts come from a repository of this test's own, in front of the one that the whole
  /// build uses: nothing is installed on this machine, and nothing fetched, since the example needs
  /// no more than the build did.
  private List<String> maven(String... goals) throws IOException {
    Path repository = folder.resolve("repository");
    install(repository, "stoa-parent", "pom.xml");
    install(repository, "stoa-spec", "spec/pom.xml");
    install(repository, "stoa-polyglot-bridge", "polyglot-bridge/pom.xml");
    install(repository, "stoa-host-parent", "host/pom.xml");
    install(repository, "stoa-host", "host/core/pom.xml");
    List<String> options =
        List.of(
            Command.ROOT.resolve("mvnw").toString(),
            "--batch-mode",
            "--offline",
            "-Dmaven.repo.local=" + repository,
            "-Dmaven.repo.local.tail=" + System.getProperty("localRepository"));
    return Stream.concat(options.stream(), Stream.of(goals)).toList();
  }

  private static void install(Path repository, String artifact, String pom) throws IOException {
    String name = artifact + "-" + VERSION;
    Path place = repository.resolve("dev/stoa").resolve(artifact).resolve(VERSION);
    Files.createDirectories(place);
    Files.copy(Command.ROOT.resolve(pom), place.resolve(name + ".pom"));
    Path jar = Path.of(System.getProperty("stoa.dist"), "lib", name + ".jar");
    if (Files.exists(jar)) {
      Files.copy(jar, place.resolve(name + ".jar"));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copied.getParent());
        Files.copy(file, copied);
      }
    }
  }
}
