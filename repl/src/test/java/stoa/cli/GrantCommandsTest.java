package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.value.Json;
import stoa.value.Value;

/// `stoa grant`, `grants`, `revoke`, `audit` and `trust`, where no host runs.
class GrantCommandsTest {
  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void makeAHome() throws IOException {
    home = folder.resolve("home");
    Files.createDirectories(home.resolve("modules/weather"));
    Files.createFile(home.resolve("stoa.toml"));
    Files.writeString(home.resolve("modules/words.js"), "export const count = (t) => t.length;");
    Files.writeString(
        home.resolve("modules/weather/main.js"),
        "console.log('weather runs'); export const of = (t) => t;");
    Files.writeString(
        home.resolve("modules/weather/module.toml"),
        """
        eager = true
        [grants]
        net = ["api.example.org:443"]
        read = ["/usr/share/dict"]
        call = ["words.count"]
        """);
  }

  private Terminalless stoa() {
    return new Terminalless(folder);
  }

  private Terminalless run(int code, String line) {
    return run(stoa(), code, line);
  }

  private Terminalless run(Terminalless stoa, int code, String line) {
    int exit = stoa.run((line + " --home home").split(" "));
    assertThat(exit).as(stoa.err()).isEqualTo(code);
    return stoa;
  }

  private String file() throws IOException {
    return Files.readString(home.resolve("grants.toml"));
  }

  private List<String> states(String line) {
    Value rows = Json.read(run(0, line + " --json").out());
    return rows.asList().stream()
        .map(row ->
            "%s %s=%s %s"
                .formatted(
                    row.at("module").asText(),
                    row.at("kind").asText(),
                    row.at("value").asText(),
                    row.at("state").asText()))
        .toList();
  }

  @Test
  void whatIsGrantedStandsInTheFileAndInTheList() throws IOException {
    Terminalless granted = run(0, "grant words read=texts net=example.org:443 list");
    assertThat(granted.out())
        .contains("`words` may now read " + folder.resolve("texts"), "reach example.org:443");
    assertThat(granted.err())
        .contains("there is no `" + folder.resolve("texts") + "` yet")
        .contains("kept in " + home.resolve("grants.toml"));
    assertThat(file()).contains("[words]", "net = [\"example.org:443\"]");
    assertThat(states("grants words"))
        .contains("words net=example.org:443 granted", "words list=* granted");
    assertThat(run(0, "grants").out()).containsPattern("words +net=example.org:443 +granted");
  }

  @Test
  void whatAModuleAsksForIsGrantedOnlyWhenSomebodyAgrees() throws IOException {
    assertThat(run(2, "grant weather").err())
        .contains("`weather` asks for:", "net=api.example.org:443", "stoa grant weather --yes")
        .doesNotContain("words.count");
    assertThat(home.resolve("grants.toml")).doesNotExist();
    run(stoa().atTerminal().in("n\n"), 0, "grant weather");
    run(stoa().atTerminal().in(""), 0, "grant weather");
    assertThat(home.resolve("grants.toml")).doesNotExist();
    Terminalless agreed = run(stoa().atTerminal().in("y\n"), 0, "grant weather");
    assertThat(agreed.err()).contains("Grant all of it? [y/N]").doesNotContain("weather runs");
    assertThat(file()).contains("api.example.org:443", "/usr/share/dict");
    assertThat(run(0, "grant weather").err()).contains("asks for nothing");
  }

  @Test
  void yesIsSaidOnTheCommandLineWhereNobodyCanBeAsked() throws IOException {
    assertThat(run(0, "grant weather --yes").out()).contains("reach api.example.org:443");
    assertThat(file()).contains("api.example.org:443");
  }

  @Test
  void whatIsTakenAwayIsGoneAndWhatWasNotGrantedIsSaid() throws IOException {
    run(0, "grant words read=/a read=/b net=a.example:1 net=b.example:2");
    assertThat(run(0, "revoke words read=/a").out()).contains("no longer read /a", "still may");
    assertThat(run(1, "revoke words read=/a").err()).contains("`read=/a` was not granted");
    assertThat(run(1, "revoke words env").err()).contains("nothing was taken away");
    assertThat(run(0, "revoke words net").out()).contains("a.example:1", "b.example:2");
    assertThat(file()).contains("read = [\"/b\"]").doesNotContain("net");
    assertThat(run(0, "revoke words call").out()).contains("may call no module any more");
    assertThat(file()).contains("call = []");
    run(0, "grant words call=weather");
    assertThat(run(0, "revoke words call=weather").out())
        .contains("no longer call weather", "may call no module any more", "call=*");
    run(0, "revoke words");
    assertThat(states("grants")).noneMatch(row -> row.endsWith("granted"));
    assertThat(run(0, "revoke words").out()).contains("Nothing was granted to `words`.");
  }

  @Test
  void theFirstCallThatIsGrantedSaysWhatItReplaces() {
    assertThat(run(0, "grant words call=weather").out())
        .contains("before, `words` could call all modules");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grant wrods net=a.example:1  | 69 | Did you mean `words`?",
        "grants wrods                 | 69 | Did you mean `words`?",
        "revoke wrods                 | 69 | Did you mean `words`?",
        "audit wrods                  | 69 | Did you mean `words`?",
        "trust wrods                  | 2  | Did you mean `words`?",
        "trust ./wrods                | 2  | there is no folder `./wrods`",
        "grant                        | 2  | stoa grant NAME",
        "grant words net=example.org  | 2  | net=example.org:443",
        "grant read=/x words          | 2  | stoa grant words read=/x",
        "grant words host=all         | 1  | memory:1g",
        "grant stoa list              | 1  | nothing restricts it",
      })
  void aSlipIsAnsweredWithWhatWasMeant(String line, int code, String help) {
    assertThat(run(code, line).err()).contains("error: ").contains(help);
    assertThat(home.resolve("grants.toml")).doesNotExist();
  }

  @Test
  void aFileThatCannotBeReadIsNotTouched() throws IOException {
    Files.writeString(home.resolve("grants.toml"), "[words]\nnett = [\"a\"]\n");
    assertThat(run(1, "grant words net=a.example:1").err()).contains("nett", "grants.toml");
    assertThat(file()).isEqualTo("[words]\nnett = [\"a\"]\n");
    assertThat(run(1, "grants").err())
        .contains("nothing is granted while the file is wrong", "nett");
  }

  @Test
  void theFilesOfAModuleArePinned() throws IOException {
    assertThat(run(0, "trust words").out()).contains("module `words` is trusted as it is now");
    assertThat(file()).contains("sha256");
    assertThat(run(0, "trust words").out()).contains("already");
    Files.writeString(home.resolve("modules/words.js"), "export const count = (t) => 'evil';");
    assertThat(stoa().run("call", "words.count", "a", "--home", "home")).isNotZero();
    run(0, "trust --no words");
    assertThat(stoa().run("call", "words.count", "a", "--home", "home")).isZero();
  }

  @Test
  void anAuditTellsWhatAModuleOffersAndMay() {
    run(0, "grant words net=a.example:1");
    Terminalless audit = run(0, "audit words");
    assertThat(audit.out())
        .contains("count(t)", "reach a.example:1", "granted", "sha256", "stoa trust words");
    assertThat(Json.read(run(0, "audit words --json").out()).at("module").asText())
        .isEqualTo("words");
  }

  @Test
  void theCommandThatARefusalNamesIsShownForTheFolderThatWasNamed() throws IOException {
    Files.writeString(
        home.resolve("modules/spy.js"),
        """
        import stoa from "stoa";
        export const look = () => stoa.module("stoa").list();
        """);
    Terminalless refused = run(1, "call spy.look");
    assertThat(refused.err()).contains("here that is: stoa grant spy list --home home\n");
    run(0, "grant spy list");
    run(0, "call spy.look");
  }
}
