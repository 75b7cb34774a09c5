package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.value.Json;
import stoa.value.Value;

/// What somebody uses who writes modules: `stoa dev`, `stoa reload`, `stoa doctor`.
@Timeout(60)
class DevelopmentTest {
  @TempDir Path folder;
  private Terminalless stoa;

  @BeforeEach
  void place() throws IOException {
    write("modules/shop/main.js", "export const price = (bird) => 3;");
    write("modules/shop/module.toml", "version = \"1.0.0\"\neager = true");
    stoa = new Terminalless(folder);
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), text);
  }

  @Test
  void aReloadSaysHowTheMethodsDiffer() throws IOException {
    write("modules/lazy.js", "export const f = () => 1;");
    assertThat(stoa.run("reload", "lazy", "--modules", "modules")).isZero();
    assertThat(stoa.out()).isEqualTo("lazy loaded anew: it was not loaded before\n");
    assertThat(stoa.run("reload", "shpo", "--modules", "modules")).isEqualTo(69);
    assertThat(stoa.err()).contains("Did you mean `shop`?");
  }

  @Test
  void devLoadsAnewWhatChangesAndSaysWhyNot() throws Exception {
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    Thread command =
        Thread.ofPlatform().start(() -> exit.complete(stoa.run("dev", "--modules", "modules")));
    await().until(() -> stoa.err().contains("watching "));
    // The module starts with the host, and nobody says when it has.
    AtomicInteger version = new AtomicInteger();
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(400))
        .until(() -> {
          int n = version.incrementAndGet();
          write(
              "modules/shop/main.js",
              "export const price%d = (bird, n = %d) => 3;".formatted(n, n));
          return stoa.out().contains("shop  loaded anew: added price");
        });
    write("modules/shop/main.js", "export const price = (");
    await().until(() -> stoa.out().contains("shop  not loaded: "));
    assertThat(stoa.out())
        .contains("main.js:1")
        .contains("Still running: shop#")
        .contains(" with price");
    write("modules/shop/main.js", "export const f = () => 1;");
    await().until(() -> stoa.out().contains("added f()"));
    write("modules/other.js", "export const f = () => 1;");
    await().until(() -> stoa.out().contains("other  changed; it is loaded at its next call"));
    write("modules/sedxyz", "what an editor writes aside");
    Files.delete(folder.resolve("modules/sedxyz"));
    Files.delete(folder.resolve("modules/other.js"));
    await().until(() -> stoa.out().contains("other  its file is gone"));
    assertThat(stoa.out()).doesNotContain("sedxyz");
    command.interrupt();
    assertThat(exit.get()).isZero();
  }

  @Test
  void devTellsProgramsWhatStaysWhenAFileBreaks() throws Exception {
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    Thread command =
        Thread.ofPlatform()
            .start(() -> exit.complete(stoa.run("dev", "shop", "--json", "--modules", "modules")));
    await().until(() -> stoa.err().contains("watching "));
    write("modules/shop/main.js", "export const price = (bird, n = 2) => 3;");
    await().until(() -> stoa.out().contains("\"changes\""));
    write("modules/shop/module.toml", "version = \"1.0.0\"\nstop = \"leave\"");
    write("modules/shop/main.js", "export const cost = (bird) => 3;");
    await().until(() -> stoa.out().contains("added cost"));
    Value row = Json.read(stoa.out().lines().toList().getLast());
    Value failure = row.at("told").at("failure");
    assertThat(failure.at("code").asText()).isEqualTo("LOAD_FAILED");
    assertThat(failure.at("details").at("difference").asText())
        .isEqualTo("added cost(bird); removed price(bird, n? = 2)");
    assertThat(failure.at("details").at("running").asText()).startsWith("shop#");
    command.interrupt();
    assertThat(exit.get()).isZero();
  }

  @Test
  void theDoctorNamesWhatIsWrongAndTheWayToMendIt() throws IOException {
    assertThat(stoa.run("doctor", "--modules", "modules", "--placement", "context")).isZero();
    assertThat(stoa.out())
        .containsPattern("fine +host +java ")
        .containsPattern("fine +host +run folder ")
        .containsPattern("host +children ")
        .containsPattern("fine +shop +load +version 1.0.0, 1 method, ready in placement `context`")
        .containsPattern("host +javascript +GraalVM")
        .endsWith("Everything works.\n");

    write("modules/broken.js", "export const f = (;");
    write("modules/till/main.js", "export const f = () => 1;");
    write("modules/till/module.toml", "needs = { shop = \"^2\", bank = \"*\" }");
    write("modules/twice.js", "");
    write("modules/twice.py", "");
    write("modules/wrong/main.js", "");
    write("modules/wrong/module.toml", "eagre = true");
    Terminalless sick = new Terminalless(folder);
    assertThat(sick.run("doctor", "--modules", "modules", "--json")).isEqualTo(1);
    Value told = Json.read(sick.out());
    assertThat(told.at("fine")).isEqualTo(Value.of(false));
    assertThat(wrong(told))
        .containsExactly("broken load", "till needs", "till load", "twice file", "wrong file");
    assertThat(told.at("findings").asList())
        .filteredOn(finding -> finding.at("grade").asText().equals("wrong"))
        .allSatisfy(finding -> assertThat(finding.at("fix").asText()).isNotEmpty());
    assertThat(sick.out()).contains("broken.js:1").contains("no such module").contains("`eagre`");
  }

  private static List<String> wrong(Value told) {
    return told.at("findings").asList().stream()
        .filter(finding -> finding.at("grade").asText().equals("wrong"))
        .map(finding -> finding.at("subject").asText() + " " + finding.at("check").asText())
        .toList();
  }

  @Test
  void theDoctorRunsNothingIfItIsToldSo() throws IOException {
    write("modules/broken.js", "export const f = (;");
    write("modules/native/main.py", "");
    write("modules/native/module.toml", "placement = \"native\"");
    assertThat(stoa.run("doctor", "--modules", "modules", "--no-load")).isZero();
    assertThat(stoa.out())
        .containsPattern("fine +native +interpreter +/.*python3")
        .doesNotContain(" load ");
  }
}
