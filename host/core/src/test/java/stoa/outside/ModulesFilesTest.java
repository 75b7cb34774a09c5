package stoa.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.client.ModuleClient;
import stoa.grant.Ledger;
import stoa.grant.Policy;
import stoa.module.Grant;
import stoa.router.Identity;
import stoa.router.ModulesFolder;
import stoa.value.Arguments;
import stoa.value.Value;

/// What the host reads and writes for modules.
class ModulesFilesTest {
  private static final Starter NO_PROGRAMS =
      (_, _) -> {
        throw new IOException("there are no programs");
      };

  @TempDir Path temporary;
  private Path home;
  private Path outside;
  private Path data;
  private Policy policy;
  private Outside stoa;
  private ModuleClient words;

  @BeforeEach
  void makeAHome() throws IOException {
    home = Files.createDirectories(temporary.toRealPath().resolve("home"));
    outside = Files.createDirectories(home.resolveSibling("outside"));
    data = home.resolve("data/words");
    Files.writeString(outside.resolve("secret.txt"), "secret\n");
    Files.createDirectories(home.resolve("modules/words/texts"));
    Files.writeString(home.resolve("modules/words/main.js"), "");
    Files.writeString(home.resolve("modules/words/texts/a.txt"), "one\ntwo\n");
    Files.writeString(home.resolve("modules/other.js"), "");
    policy =
        new Policy(
            Optional.of(home.resolve("grants.toml")), Optional.of(home.resolve("data")), Map.of());
    stoa = new Outside(policy, new ModulesFolder(home.resolve("modules")), NO_PROGRAMS);
    words = client(new Identity.Module("words", "words#1"));
  }

  @AfterEach
  void close() {
    stoa.close();
  }

  private ModuleClient client(Identity identity) {
    return new ModuleClient(stoa.as(identity), "stoa");
  }

  private void grant(String... grants) throws IOException {
    List<Grant> given = Arrays.stream(grants).map(Grant::of).toList();
    policy.change("words", entry -> entry.with(given));
  }

  private static List<String> lines(ModuleClient client, String path) {
    try (Stream<Value> items = client.stream("lines", path)) {
      return items.map(Value::asText).toList();
    }
  }

  private static Failure failure(Runnable call) {
    try {
      call.run();
      throw new AssertionError("it did not fail");
    } catch (FailureException e) {
      return e.failure();
    }
  }

  private List<String> uses() {
    return policy.uses("words").stream().map(ModulesFilesTest::text).toList();
  }

  private static String text(Ledger.Row row) {
    return row.use().text() + " " + row.allowed() + "/" + row.refused();
  }

  @Test
  void aModuleReadsItsOwnFilesAndUsesItsDataFolder() {
    assertThat(lines(words, "texts/a.txt")).containsExactly("one", "two");
    assertThat(data).doesNotExist();
    words.call("write", "texts.json", List.of(1));
    assertThat(data.resolve("texts.json")).hasContent("[1]");
    assertThat(words.call("json", "texts.json")).isEqualTo(Value.of(List.of(1)));
    assertThat(lines(words, home.resolve("modules/words/texts/a.txt").toString())).hasSize(2);
    assertThat(uses()).isEmpty();
  }

  @Test
  void aFileInTheDataFolderHidesOneOfItsOwn() throws IOException {
    Files.createDirectories(data.resolve("texts"));
    Files.writeString(data.resolve("texts/a.txt"), "mine");
    assertThat(lines(words, "texts/a.txt")).containsExactly("mine");
    assertThat(lines(words, "./texts/../texts/a.txt")).containsExactly("mine");
  }

  @Test
  void aMissingFileIsLookedForInTheDataFolder() {
    Failure failure = failure(() -> lines(words, "no.txt"));
    assertThat(failure.code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure.message()).isEqualTo("there is no file `" + data.resolve("no.txt") + "`.");
    assertThat(failure.help()).contains(data.toString());
  }

  @Test
  void whatWasNotGrantedIsRefusedAndTheGrantNamed() {
    String path = outside.resolve("secret.txt").toString();
    Failure failure = failure(() -> words.call("read", path));
    assertThat(failure.code()).isEqualTo(Code.DENIED);
    assertThat(failure.message()).isEqualTo("`words` may not read `" + path + "`.");
    assertThat(failure.help()).isEqualTo("To allow it: stoa grant words read=" + path);
    assertThat(failure.details()).containsEntry("grant", "read=" + path);
    Failure missing = failure(() -> words.call("read", outside.resolve("none").toString()));
    assertThat(missing.code()).isEqualTo(Code.DENIED);
    Failure written = failure(() -> words.call("write", path, "x"));
    assertThat(written.help()).endsWith("write=" + path);
    assertThat(outside.resolve("secret.txt")).hasContent("secret");
    assertThat(uses()).contains("read=" + path + " 0/1", "write=" + path + " 0/1");
  }

  @Test
  void otherModulesFilesAreOutside() throws IOException {
    Files.createDirectories(home.resolve("data/other"));
    Files.writeString(home.resolve("data/other/x"), "x");
    for (String path :
        List.of("../other/x", "../../grants.toml", "../../modules/other.js", "/etc/passwd")) {
      assertThat(failure(() -> words.call("read", path)).code()).isEqualTo(Code.DENIED);
      assertThat(failure(() -> words.call("write", path, "")).code()).isEqualTo(Code.DENIED);
    }
  }

  @Test
  void itsOwnFilesCannotBeWritten() {
    String main = home.resolve("modules/words/main.js").toString();
    assertThat(failure(() -> words.call("write", main, "x")).code()).isEqualTo(Code.DENIED);
  }

  @Test
  void aModuleOfOneFileReadsThatFileOnly() {
    ModuleClient other = client(new Identity.Module("other", "other#1"));
    assertThat(lines(other, "other.js")).isEmpty();
    assertThat(failure(() -> lines(other, "words/main.js")).code()).isEqualTo(Code.BAD_ARGUMENT);
    String main = home.resolve("modules/words/main.js").toString();
    assertThat(failure(() -> lines(other, main)).code()).isEqualTo(Code.DENIED);
  }

  @Test
  void aGrantOpensAFolderAtOnceAndItsUseIsNoted() throws IOException {
    String path = outside.resolve("secret.txt").toString();
    grant("read=" + outside);
    assertThat(lines(words, path)).containsExactly("secret");
    assertThat(failure(() -> words.call("write", path, "x")).code()).isEqualTo(Code.DENIED);
    grant("write=" + outside);
    words.call(
        "write",
        new Arguments(
            List.of(new Value.Text(path), new Value.Text("more\n")),
            Map.of("append", new Value.Bool(true))));
    assertThat(lines(words, path)).containsExactly("secret", "more");
    assertThat(uses())
        .contains(
            "read=" + outside + " 1/0", "write=" + path + " 0/1", "write=" + outside + " 2/0");
  }

  @Test
  void whatALinkLeadsToIsNamedInTheRefusalAndIsWhatIsGranted() throws IOException {
    Files.createDirectories(data);
    Files.createSymbolicLink(data.resolve("link"), outside.resolve("secret.txt"));
    Failure failure = failure(() -> words.call("read", "link"));
    assertThat(failure.code()).isEqualTo(Code.DENIED);
    String secret = outside.resolve("secret.txt").toString();
    assertThat(failure.message())
        .isEqualTo(
            "`words` may not read `%s`, to which `%s` leads over a link."
                .formatted(secret, data.resolve("link")));
    assertThat(failure.help()).isEqualTo("To allow it: stoa grant words read=" + secret);
    assertThat(failure.details()).containsEntry("grant", "read=" + secret);
    assertThat(uses()).containsExactly("read=" + secret + " 0/1");
    assertThat(failure(() -> words.call("write", "link", "x")).code()).isEqualTo(Code.DENIED);
    grant("read=" + data.resolve("link"));
    assertThat(failure(() -> words.call("read", "link")).code())
        .as("its own link")
        .isEqualTo(Code.DENIED);
    grant("read=" + secret);
    assertThat(lines(words, "link")).containsExactly("secret");
  }

  @Test
  void aLinkThatCameWithTheModuleIsNoneOfTheUsers() throws IOException {
    Path link = home.resolve("modules/words/notes.txt");
    Files.createSymbolicLink(link, outside.resolve("secret.txt"));
    grant("read=" + link);
    assertThat(failure(() -> words.call("read", link.toString())).message())
        .contains("read `" + outside.resolve("secret.txt"));
    Files.createSymbolicLink(home.resolve("mine"), outside);
    grant("read=" + home.resolve("mine"));
    assertThat(lines(words, home.resolve("mine/secret.txt").toString())).containsExactly("secret");
  }

  @Test
  void aFileThatIsTooLargeForAValueIsRefused() throws IOException {
    Files.createDirectories(data);
    try (var file = new java.io.RandomAccessFile(data.resolve("large").toFile(), "rw")) {
      file.setLength(1L << 36);
    }
    Failure failure = failure(() -> words.call("read", "large"));
    assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure.details()).containsEntry("used", Long.toString(1L << 36));
    assertThat(failure(() -> words.call("json", "large")).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void aDeviceIsNotReadForEver() throws IOException {
    grant("read=/dev");
    assertThat(failure(() -> words.call("read", "/dev/zero")).message()).contains("a device");
    assertThat(failure(() -> lines(words, "/dev/zero")).message()).contains("a device");
  }

  @Test
  void theUserHasNoLimitsAndNoFolder() {
    ModuleClient user = client(Identity.User.HOST);
    assertThat(lines(user, outside.resolve("secret.txt").toString())).containsExactly("secret");
    assertThatThrownBy(() -> lines(user, "secret.txt")).hasMessageContaining("the whole path");
    ModuleClient visitor = client(new Identity.Visitor("client#3", "client#3"));
    assertThat(lines(visitor, outside.resolve("secret.txt").toString())).hasSize(1);
  }
}
