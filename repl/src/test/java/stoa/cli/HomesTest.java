package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomesTest {
  @TempDir Path folder;
  private Path home;
  private Terminalless below;

  @BeforeEach
  void makeAHome() throws IOException {
    home = folder.resolve("home");
    Path work = Files.createDirectories(home.resolve("deep/down"));
    Files.createDirectories(home.resolve("modules"));
    Files.createFile(home.resolve("stoa.toml"));
    Files.createFile(home.resolve("modules/here.js"));
    below = new Terminalless(work);
  }

  @Test
  void aHomeThatWasMerelyFoundIsRefusedAndTheWayToTrustItIsShown() {
    assertThat(below.run("ls")).isEqualTo(69);
    assertThat(below.err()).contains(home.toString()).contains("stoa trust " + home);
    assertThat(below.out()).isEmpty();
  }

  @Test
  void aTrustedHomeIsUsed() {
    assertThat(below.run("trust", home.toString())).isZero();
    assertThat(below.run("ls")).isZero();
    assertThat(below.out()).contains("here");
  }

  @Test
  void aHomeThatIsNamedNeedsNoTrust() {
    assertThat(below.run("ls", "--home", "../..")).isZero();
    assertThat(below.out()).contains("here");
  }

  @Test
  void onATerminalThePersonIsAskedOnce() {
    assertThat(below.atTerminal().in("yes\n").run("ls")).isZero();
    assertThat(below.err()).contains("Do you trust it?");
    assertThat(below.in("").run("ls")).isZero();
  }

  @Test
  void whoDoesNotSayYesIsRefused() {
    assertThat(below.atTerminal().in("\n").run("ls")).isEqualTo(69);
    assertThat(below.out()).isEmpty();
  }

  @Test
  void withoutAHomeTheUsersDataFolderHasTheModules() throws IOException {
    Path modules = folder.resolve("user/.local/share/stoa/modules");
    Files.createDirectories(modules);
    Files.createFile(modules.resolve("mine.js"));
    Terminalless outside = new Terminalless(folder);
    assertThat(outside.run("ls")).isZero();
    assertThat(outside.out()).contains("mine");
  }
}
