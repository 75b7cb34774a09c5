package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `stoa conform` says to those who name no module. That it examines one is held by the tests
/// of the samples.
class ConformCommandTest {
  @TempDir Path folder;

  private Terminalless conform(String... words) throws IOException {
    Files.createDirectories(folder.resolve("a-folder"));
    Files.writeString(folder.resolve("plain.txt"), "text");
    Path dies = folder.resolve("dies.sh");
    Files.writeString(dies, "#!/bin/sh\nexit 3\n");
    assertThat(dies.toFile().setExecutable(true)).isTrue();
    Terminalless stoa = new Terminalless(folder);
    assertThat(stoa.run(words)).isEqualTo(words.length > 1 && words[1].contains("dies") ? 69 : 2);
    return stoa;
  }

  @Test
  void aCommandIsMissing() throws IOException {
    assertThat(conform("conform").err()).contains("stoa conform COMMAND [ARG...]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "./nothing | there is no program `./nothing`",
        "no-such-program | there is no program `no-such-program`",
        "a-folder | `a-folder` is a folder.",
        "plain.txt | `plain.txt` is not executable.",
      })
  void whatIsNoProgramIsNamed(String named, String said) throws IOException {
    assertThat(conform("conform", named).err()).contains(said).contains("help:");
  }

  @Test
  void aProgramThatIsNoModuleIsToldWhatIsMissing() throws IOException {
    assertThat(conform("conform", "./dies.sh").err())
        .contains("`conform-dies` ended without a word of the Stoa protocol, with exit code 3.");
  }
}
