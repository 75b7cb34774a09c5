package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.sandbox.Level;

/// What a module in a worker reaches is what was granted, whichever sandbox is around it.
class ConfinedWorkersTest {
  @TempDir Path folder;
  private Host host;

  @BeforeEach
  void write() throws IOException {
    Path module = Files.createDirectories(folder.resolve("modules/looks"));
    Files.writeString(module.resolve("module.toml"), "placement = \"worker\"\n");
    Files.writeString(
        module.resolve("main.py"),
        """
        import os

        def read(path):
            with open(path) as file:
                return file.read()

        def write(path, text):
            with open(path, "w") as file:
                file.write(text)

        def variable(name):
            return os.environ.get(name)
        """);
    Files.writeString(Files.createDirectory(folder.resolve("open")).resolve("file"), "granted");
    Files.writeString(folder.resolve("secret"), "a secret");
    Files.writeString(
        folder.resolve("grants.toml"),
        "[looks]\nread = ['%s']\nenv = ['PATH']\n".formatted(folder.resolve("open")));
  }

  @AfterEach
  void close() {
    host.close();
  }

  private void start(Level level) {
    host =
        TestHost.builder()
            .modules(folder.resolve("modules"))
            .grants(folder.resolve("grants.toml"))
            .data(folder.resolve("data"))
            .sandbox(level)
            .start();
  }

  private String read(Path path) {
    return host.module("looks").call("read", path.toString()).asText();
  }

  @ParameterizedTest
  @EnumSource(names = {"BUBBLEWRAP", "LANDLOCK", "NONE"})
  void aWorkerReachesWhatWasGranted(Level level) throws IOException {
    start(level);
    assertThat(read(folder.resolve("open/file"))).isEqualTo("granted");
    assertThatThrownBy(() -> read(folder.resolve("secret")))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("PermissionError");
    Path note = folder.resolve("data/looks/note");
    host.module("looks").call("write", note.toString(), "kept");
    assertThat(note).hasContent("kept");
    assertThat(host.module("looks").call("variable", "PATH").asText()).contains("/bin");
    isInTheSystemsSandbox(level);
    await()
        .untilAsserted(() ->
            assertThat(host.module("stoa").call("audit", "looks").toString())
                .contains("read=" + folder.resolve("secret"), "read=" + folder.resolve("open")));
  }

  /// The engine refuses all that by itself: without a look from outside nobody would notice if the
  /// sandbox around it was not there.
  private void isInTheSystemsSandbox(Level level) throws IOException {
    ProcessHandle worker =
        ProcessHandle.current()
            .descendants()
            .filter(process -> process.children().findAny().isEmpty())
            .filter(process -> words(process).contains("stoa.worker.Worker"))
            .findFirst()
            .orElseThrow();
    Path process = folder(worker);
    Path self = Path.of("/proc/self");
    boolean confined = level != Level.NONE;
    for (String kind : List.of("net", "mnt", "ipc", "uts")) {
      boolean own =
          !Files.readSymbolicLink(process.resolve("ns/" + kind))
              .equals(Files.readSymbolicLink(self.resolve("ns/" + kind)));
      assertThat(own).as("a namespace of its own: %s", kind).isEqualTo(confined);
    }
    assertThat(Files.exists(Path.of(process + "/root" + folder.resolve("secret"))))
        .isNotEqualTo(confined);
    if (confined) {
      assertThat(Files.readAllLines(process.resolve("status")))
          .contains("NoNewPrivs:\t1", "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000");
    }
  }

  private static Path folder(ProcessHandle process) {
    return Path.of("/proc", Long.toString(process.pid()));
  }

  /// All of them: ProcessHandle knows the first 4096 bytes.
  private static List<String> words(ProcessHandle process) {
    try {
      return List.of(Files.readString(folder(process).resolve("cmdline")).split("\0"));
    } catch (IOException e) {
      return List.of(); // it has ended
    }
  }

  @Test
  void belowTheLevelThatItsManifestWantsNoWorkerStarts() throws IOException {
    start(Level.REDUCED);
    Path module = Files.createDirectories(folder.resolve("modules/strict"));
    Files.writeString(module.resolve("main.js"), "export const one = () => 1;");
    Files.writeString(
        module.resolve("module.toml"), "placement = \"worker\"\nminimum = \"landlock\"\n");
    assertThatThrownBy(() -> host.module("strict").call("one"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("`strict` is not started")
        .hasMessageContaining("`landlock` or better");
    Files.writeString(
        module.resolve("module.toml"), "placement = \"worker\"\nminimum = \"reduced\"\n");
    assertThat(host.module("strict").call("one").asLong()).isEqualTo(1);
  }

  @Test
  void whatTheEngineUnpacksIsThereAtTheFirstStartToo() {
    host =
        TestHost.builder()
            .cache(folder.resolve("cache"))
            .modules(folder.resolve("modules"))
            .data(folder.resolve("data"))
            .start();
    assertThat(host.module("looks").call("variable", "HOME").isNull()).isTrue();
    assertThat(folder.resolve("cache").toFile().list()).anyMatch(name -> name.startsWith("python"));
    assertThat(List.of(folder.resolve("cache").toFile().list()))
        .anyMatch(name -> name.startsWith("unpacked-python"));
  }
}
