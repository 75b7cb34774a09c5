package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.daemon.LogFile;
import stoa.daemon.RunFolder;
import stoa.host.LogLine;
import stoa.module.Surroundings;
import stoa.value.Json;

/// `stoa logs` reads the log of a home whose host does not run.
class LogsCommandTest {
  @TempDir Path folder;
  private Terminalless stoa;

  @BeforeEach
  void home() throws IOException {
    Files.createDirectories(folder.resolve("modules"));
    stoa = new Terminalless(folder);
  }

  private int run(String line) {
    return stoa.run((line + " --modules modules").split(" "));
  }

  private void write() {
    UserFolders folders = new UserFolders(Map.of("HOME", folder.resolve("user").toString()));
    String name =
        String.valueOf(
            RunFolder.of(folders.runtime(), folder.resolve("modules")).path().getFileName());
    Path path = folders.state().resolve("hosts").resolve(name + ".jsonl");
    try (LogFile log = new LogFile(path, LogFile.Size.USUAL, _ -> {})) {
      for (int i = 1; i <= 60; i++) {
        String module = i % 2 == 0 ? "even" : "odd";
        Surroundings.Stream stream = i == 60 ? Surroundings.Stream.ERROR : Surroundings.Stream.OUT;
        log.accept(
            LogLine.now(module, module + "#1", new Surroundings.Line(stream, "line\u0007 " + i)));
      }
    }
  }

  @Test
  void theLastLinesAreShownWithTimeAndInstance() {
    write();
    assertThat(run("logs")).isZero();
    assertThat(stoa.out().lines()).hasSize(50);
    assertThat(stoa.out().lines().toList().getFirst())
        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} odd#1 line␇ 11");
    assertThat(stoa.out()).endsWith(" even#1 error: line␇ 60\n");
  }

  @Test
  void oneModuleCanBeChosenAndProgramsGetJson() {
    write();
    assertThat(run("logs odd --lines 2 --json")).isZero();
    assertThat(stoa.out().lines().map(Json::read).map(line -> line.at("text").asText()))
        .containsExactly("line\u0007 57", "line\u0007 59");
  }

  @Test
  void aHomeWithoutALogSaysSo() {
    assertThat(run("logs")).isZero();
    assertThat(stoa.err()).contains("no host has logged anything yet");
  }
}
