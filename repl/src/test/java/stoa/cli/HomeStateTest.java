package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where what modules may do is kept: a folder that somebody sends grants itself nothing.
class HomeStateTest {
  private static final String SENT = "[here]\nnet = [\"evil.example:443\"]\n";

  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void makeAHome() throws IOException {
    home = Files.createDirectories(folder.resolve("home"));
    Files.createDirectories(home.resolve("modules"));
    Files.createFile(home.resolve("stoa.toml"));
    Files.writeString(home.resolve("modules/here.js"), "export const f = () => 1;");
  }

  private Terminalless run(String line) {
    return run(new Terminalless(folder), line);
  }

  private static Terminalless run(Terminalless stoa, String line) {
    assertThat(stoa.run(line.split(" "))).as(stoa.err()).isZero();
    return stoa;
  }

  private List<Path> states() throws IOException {
    Path states = folder.resolve("user/.local/share/stoa/folders");
    if (!Files.exists(states)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(states)) {
      return all.toList();
    }
  }

  @Test
  void aHomeThatIsNamedKeepsItBesideItsModules() throws IOException {
    Files.writeString(home.resolve("grants.toml"), SENT);
    assertThat(run("grants --home home").out()).contains("evil.example:443");
    run("grant here list --home home");
    assertThat(home.resolve("grants.toml")).content().contains("list");
    assertThat(states()).isEmpty();
  }

  @Test
  void aFolderOfModulesGrantsItselfNothing() throws IOException {
    Files.delete(home.resolve("stoa.toml"));
    Files.writeString(home.resolve("grants.toml"), SENT);
    Files.writeString(home.resolve("modules/grants.toml"), SENT);
    Terminalless told = run("grants --modules home/modules");
    assertThat(told.out()).doesNotContain("evil");
    assertThat(told.err())
        .contains("`" + home.resolve("grants.toml") + "` does not count")
        .contains("--home " + home);
  }

  @Test
  void noMarkMakesAFolderOfModulesAHome() throws IOException {
    Files.writeString(home.resolve("grants.toml"), SENT);
    assertThat(run("grants --modules home/modules").out()).doesNotContain("evil");
    run("trust ./home");
    assertThat(run("grants --modules home/modules").out()).contains("evil.example:443");
    run("trust --no ./home");
    assertThat(run("grants --modules home/modules").out()).doesNotContain("evil");
  }

  @Test
  void whatIsGrantedToAFolderOfModulesIsKeptWithTheUser() throws IOException {
    Terminalless granted = run("grant here net=a.example:1 --modules home/modules");
    assertThat(home.resolve("grants.toml")).doesNotExist();
    assertThat(home.resolve("modules/grants.toml")).doesNotExist();
    Path state = states().getFirst();
    assertThat(granted.err()).contains("kept in " + state.resolve("grants.toml"));
    assertThat(state.resolve("folder")).hasContent(home.toRealPath().resolve("modules").toString());
    assertThat(run("grants --modules home/modules").out()).contains("a.example:1");
    assertThat(run("grants --modules home/../home/modules").out()).contains("a.example:1");
    assertThat(run("grants --home home").out()).doesNotContain("a.example:1");
  }

  @Test
  void aCallLeavesNoStateWhereNothingIsKept() throws IOException {
    run("call here.f --modules home/modules");
    assertThat(states()).isEmpty();
  }

  @Test
  void modulesBesideAScriptGrantThemselvesNothing() throws IOException {
    Files.writeString(home.resolve("grants.toml"), SENT);
    Files.writeString(
        home.resolve("show.js"),
        """
        import stoa from "stoa";
        export const main = () => stoa.module("stoa").grants();
        """);
    assertThat(run("run home/show.js").out()).doesNotContain("evil");
  }

  @Test
  void whoIsAskedToTrustAHomeSeesWhatItGrantsAlready() throws IOException {
    Files.writeString(home.resolve("grants.toml"), SENT);
    Terminalless below = new Terminalless(home);
    assertThat(below.atTerminal().in("n\n").run("ls")).isEqualTo(69);
    assertThat(below.err()).contains("here  reach evil.example:443");
    assertThat(run("trust ./home").err()).contains("here  reach evil.example:443");
  }

  @Test
  void theUsersOwnModulesHaveTheirStateBesideThem() throws IOException {
    Path own = Files.createDirectories(folder.resolve("user/.local/share/stoa/modules"));
    Files.writeString(own.resolve("mine.js"), "export const f = () => 1;");
    run("grant mine list");
    assertThat(own.resolveSibling("grants.toml")).content().contains("[mine]");
    assertThat(run("grants --modules user/.local/share/stoa/modules").out())
        .containsPattern("mine +list +granted");
  }
}
