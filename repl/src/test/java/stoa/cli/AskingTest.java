package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who sits at a terminal is asked what modules may do.
class AskingTest {
  private static final String ASKS = "`weather` asks for: reach api.example.org:443.";
  private static final String REFUSED = "`weather` may not see which modules there are.";

  @TempDir Path folder;

  @BeforeEach
  void makeAHome() throws IOException {
    Files.createDirectories(folder.resolve("modules/weather"));
    Files.createFile(folder.resolve("stoa.toml"));
    Files.writeString(
        folder.resolve("modules/weather/main.js"),
        """
        import stoa from "stoa";
        const who = async () => (await stoa.module("stoa").list()).map((m) => m.name);
        export const of = (town) => town;
        export const list = who;
        export const wrapped = () => who().catch((e) => { throw new Error("no luck"); });
        export const through = () => stoa.module("spy").look();
        export async function* items() { yield 1; yield await who(); }
        """);
    Files.writeString(
        folder.resolve("modules/weather/module.toml"),
        "[grants]\nnet = [\"api.example.org:443\"]\n");
    Files.writeString(
        folder.resolve("modules/spy.js"),
        """
        import stoa from "stoa";
        export const look = async () => (await stoa.module("stoa").list()).length > 0;
        """);
    Files.writeString(
        folder.resolve("drive.js"),
        """
        import stoa from "stoa";
        export async function main() {
          const weather = stoa.module("weather");
          return [await weather.of("Bern"), (await weather.list()).includes("spy"), await weather.of("Rome")];
        }
        """);
  }

  private Terminalless person(String answers) {
    return new Terminalless(folder).atTerminal().in(answers);
  }

  private Terminalless run(Terminalless stoa, int code, String line) {
    int exit = stoa.run((line + " --home .").split(" "));
    assertThat(exit).as(stoa.err()).isEqualTo(code);
    return stoa;
  }

  private String granted() throws IOException {
    Path file = folder.resolve("grants.toml");
    return Files.exists(file) ? Files.readString(file) : "";
  }

  @Test
  void beforeItsFirstCallAModulesWishesAreShown() throws IOException {
    Terminalless yes = run(person("y\n"), 0, "call weather.of Bern");
    assertThat(yes.err()).contains(ASKS, "Grant it for this home? [y]es / [n]o / [s]how");
    assertThat(yes.out()).isEqualTo("\"Bern\"\n");
    assertThat(granted()).contains("net = [\"api.example.org:443\"]");
    assertThat(run(person(""), 0, "call weather.of Bern").err()).isEmpty();
  }

  @Test
  void whoSaysNoIsAskedAgainNextTime() throws IOException {
    Terminalless no = run(person("n\n"), 0, "call weather.of Bern");
    assertThat(no.out()).isEqualTo("\"Bern\"\n");
    assertThat(run(person(""), 0, "call weather.of Bern").err()).contains(ASKS);
    assertThat(granted()).isEmpty();
  }

  @Test
  void whoWantsToSeeMoreIsShownAndAskedAgain() throws IOException {
    Terminalless shown = run(person("s\ny\n"), 0, "call weather.of Bern");
    assertThat(shown.err())
        .contains("net=api.example.org:443", "stoa grant weather net=api.example.org:443");
    assertThat(granted()).contains("net");
  }

  @Test
  void whatWasRefusedIsGrantedAndTheCallIsMadeAgain() throws IOException {
    Terminalless yes = run(person("n\ny\n"), 0, "call weather.list");
    assertThat(yes.err()).contains(REFUSED, "Grant list for this home, and try again? [y/N]");
    assertThat(yes.out()).contains("\"spy\"");
    assertThat(granted()).contains("list").doesNotContain("net");
  }

  @Test
  void whoDoesNotGrantHearsTheFailure() throws IOException {
    Terminalless no = run(person("n\nn\n"), 1, "call weather.list");
    assertThat(no.err()).contains(REFUSED, "error:", "stoa grant weather list");
    assertThat(granted()).isEmpty();
  }

  @Test
  void anErrorThatHidesTheRefusalIsSeenThrough() {
    Terminalless yes = run(person("n\ny\n"), 0, "call weather.wrapped");
    assertThat(yes.err()).contains(REFUSED).doesNotContain("no luck");
  }

  @Test
  void whoWasRefusedBehindTheModuleThatWasCalledIsNamed() throws IOException {
    Terminalless yes = run(person("n\ny\n"), 0, "call weather.through");
    assertThat(yes.err()).contains("`spy` may not see which modules there are.");
    assertThat(granted()).contains("[spy]").doesNotContain("[weather]");
  }

  @Test
  void aCallThatHasGivenItemsIsNotMadeAgain() {
    Terminalless given = run(person("n\n"), 1, "call weather.items");
    assertThat(given.out()).startsWith("1\n");
    assertThat(given.err()).doesNotContain("try again?");
  }

  @Test
  void nobodyIsAskedWithoutATerminalOrWhoDoesNotWantIt() throws IOException {
    Terminalless piped = run(new Terminalless(folder).in("y\ny\n"), 1, "call weather.list");
    assertThat(piped.err()).doesNotContain("?").contains("stoa grant weather list");
    Terminalless unasked = run(person("y\ny\n"), 1, "call weather.list --no-ask");
    assertThat(unasked.err()).doesNotContain("[y").contains("stoa grant weather list");
    assertThat(granted()).isEmpty();
  }

  @Test
  void aScriptIsAskedForOnceOnItsWay() {
    Terminalless script = run(person("n\ny\n"), 0, "run drive.js");
    assertThat(script.out()).isEqualTo("[\"Bern\",true,\"Rome\"]\n");
    assertThat(script.err()).containsOnlyOnce(ASKS).containsOnlyOnce("try again?");
  }

  @Test
  void aBatchIsAskedForBeforeItBegins() throws IOException {
    Files.writeString(folder.resolve("in.ndjson"), "\"a\"\n\"b\"\n");
    Terminalless batch = run(person("y\n"), 0, "batch weather.of --input in.ndjson");
    assertThat(batch.err()).containsOnlyOnce(ASKS);
    assertThat(granted()).contains("net");
  }

  @Test
  void aManifestCannotPretendToBeTheQuestion() throws IOException {
    Files.writeString(
        folder.resolve("modules/weather/module.toml"),
        "[grants]\nread = [\"/x\\nGrant nothing? [y/N] \\u001b[2J\"]\n");
    Terminalless asked = run(person("n\n"), 0, "call weather.of Bern");
    assertThat(asked.err()).doesNotContain("\u001b").doesNotContain("\nGrant nothing");
  }

  @Test
  void aHomeThatSaysWhatItsProcessesNeedIsHeard() throws IOException {
    Files.writeString(folder.resolve("stoa.toml"), "minmum = \"landlock\"\n");
    assertThat(run(person(""), 2, "ls").err()).contains("stoa.toml", "Did you mean `minimum`?");
    Files.writeString(folder.resolve("stoa.toml"), "minimum = \"moon\"\n");
    assertThat(run(person(""), 2, "ls").err()).contains("`moon`", "`landlock`");
    Files.writeString(folder.resolve("stoa.toml"), "minimum = \"none\"\n");
    run(person(""), 0, "ls");
  }
}
