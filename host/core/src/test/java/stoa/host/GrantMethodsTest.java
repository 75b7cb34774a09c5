package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.value.Value;

/// The user's methods of the module `stoa`, without any module loaded.
class GrantMethodsTest {
  @TempDir Path home;
  private Host host;

  @BeforeEach
  void start() throws IOException {
    Path weather = Files.createDirectories(home.resolve("modules/weather"));
    Files.writeString(weather.resolve("main.py"), "");
    Files.writeString(
        weather.resolve("module.toml"),
        "[grants]\nnet = [\"api.example.org:443\"]\nread = [\"/data\"]\n");
    Files.writeString(home.resolve("modules/words.js"), "");
    host =
        Host.builder()
            .modules(home.resolve("modules"))
            .grants(home.resolve("grants.toml"))
            .data(home.resolve("data"))
            .start();
    host.register("clock", Map.of("now", _ -> 1));
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Value stoa(String method, Object... arguments) {
    return host.module("stoa").call(method, arguments);
  }

  private List<String> rows(Value list) {
    return list.asList().stream()
        .map(row ->
            "%s %s=%s %s"
                .formatted(
                    row.at("module").asText(),
                    row.at("kind").asText(),
                    row.at("value").asText(),
                    row.at("state").asText()))
        .toList();
  }

  private static List<String> texts(Value list) {
    return list.asList().stream().map(Value::asText).toList();
  }

  @Test
  void whatAModuleAsksForIsListedUntilItIsGranted() {
    assertThat(rows(stoa("grants")))
        .containsExactly("weather read=/data asked", "weather net=api.example.org:443 asked");
    assertThat(texts(stoa("grant", "weather", List.of()).at("granted")))
        .containsExactly("read=/data", "net=api.example.org:443");
    assertThat(rows(stoa("grants", "weather")))
        .containsExactly(
            "weather read=/data granted",
            "weather net=api.example.org:443 granted",
            "weather call=* default",
            "weather stoa=describe default");
  }

  @Test
  void aGrantThatIsGivenTwiceIsGivenOnce() {
    assertThat(texts(stoa("grant", "words", List.of("net=a:1")).at("granted")))
        .containsExactly("net=a:1");
    Value again = stoa("grant", "words", List.of("net=a:1", "list"));
    assertThat(texts(again.at("already"))).containsExactly("net=a:1");
    assertThat(texts(again.at("granted"))).containsExactly("list=*");
    assertThat(texts(again.at("all"))).containsExactly("net=a:1", "list=*");
  }

  @Test
  void sayingWhomAModuleCallsTellsWhatItTakesAway() {
    assertThat(stoa("grant", "words", "call=stats").at("replaces").asText())
        .isEqualTo("before, `words` could call all modules");
    assertThat(stoa("grant", "words", "call=text").at("replaces").asText()).isEmpty();
  }

  @Test
  void grantsAreTakenBackOneByOneByKindOrAll() throws IOException {
    stoa("grant", "words", List.of("net=a:1", "net=b:2", "read=/x", "env=A"));
    assertThat(texts(stoa("revoke", "words", "net=a:1").at("all")))
        .containsExactly("read=/x", "net=b:2", "env=A");
    assertThat(texts(stoa("revoke", "words", "net").at("revoked"))).containsExactly("net=b:2");
    assertThat(texts(stoa("revoke", "words").at("all"))).isEmpty();
    assertThat(Files.readString(home.resolve("grants.toml"))).doesNotContain("words");
    stoa("revoke", "words", "call");
    assertThat(Files.readString(home.resolve("grants.toml"))).contains("call = []");
  }

  @Test
  void whoMayCallNobodyAnyMoreDoesNotGetAllOfThem() throws IOException {
    stoa("grant", "words", List.of("call=stats", "read=/x"));
    Value told = stoa("revoke", "words", "call=stats");
    assertThat(texts(told.at("revoked"))).containsExactly("call=stats");
    assertThat(told.at("calls_nobody").asBoolean()).isTrue();
    assertThat(Files.readString(home.resolve("grants.toml"))).contains("call = []");
    stoa("grant", "words", "call=*");
    told = stoa("revoke", "words");
    assertThat(texts(told.at("revoked"))).containsExactly("read=/x", "call=*");
    assertThat(told.at("calls_nobody").asBoolean()).isTrue();
    assertThat(Files.readString(home.resolve("grants.toml"))).contains("call = []");
    assertThat(stoa("revoke", "words").at("calls_nobody").asBoolean()).isFalse();
  }

  @Test
  void whatARefusalProposesCanBeGranted() {
    List<String> odd = List.of("env=A(B)", "call=words.größe", "call=words.$x", "call=words.*");
    assertThat(texts(stoa("grant", "words", odd).at("granted"))).isEqualTo(odd);
    refused("no value", "grant", "words", List.of("call=words.a b"), "is no value for `call`");
    refused("no value", "grant", "words", List.of("env=A=B"), "is no value for `env`");
  }

  @Test
  void nonsenseIsExplainedAndChangesNothing() {
    refused("no such module", "grant", "wordz", List.of("list"), "words");
    refused("port", "grant", "words", List.of("net=example.org"), "HOST:PORT");
    refused("absolute", "grant", "words", List.of("read=x"), "absolute");
    refused("kind", "grant", "words", List.of("nett=a:1"), "there is no kind of grant `nett`");
    refused("asks", "grant", "words", List.of(), "asks for nothing");
    refused("not granted", "revoke", "words", List.of("net=a:1"), "was not granted");
    refused("no file", "grant", "clock", List.of("list"), "is no file of this home");
    assertThat(home.resolve("grants.toml")).doesNotExist();
  }

  private void refused(
      String why, String method, String module, List<String> grants, String words) {
    assertThatThrownBy(() -> stoa(method, module, grants))
        .as(why)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().message() + e.failure().help()).contains(words));
  }

  @Test
  void aHostWithoutAFileSaysThatItKeepsNoGrants() {
    try (Host bare = Host.builder().modules(home.resolve("modules")).start()) {
      assertThatThrownBy(() -> bare.module("stoa").call("grant", "words", "list"))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.failure().code()).isEqualTo(Failure.Code.UNSUPPORTED));
    }
  }

  @Test
  void filesArePinnedAndLetGo() throws IOException {
    Value pinned = stoa("pin", "weather");
    assertThat(pinned.at("sha256").asText()).hasSize(64);
    assertThat(Files.readString(home.resolve("grants.toml")))
        .contains(pinned.at("sha256").asText());
    Files.writeString(home.resolve("modules/weather/more.py"), "x = 1");
    List<String> digests = refusedDigests();
    assertThat(digests.getLast()).isEqualTo(pinned.at("sha256").asText());
    assertThat(stoa("pin", "weather").at("sha256").asText()).isEqualTo(digests.getFirst());
    assertThat(stoa("unpin", "weather").at("before").asText()).isEqualTo(digests.getFirst());
  }

  /// That of the files as they are, and the one that is trusted.
  private List<String> refusedDigests() {
    FailureException refused =
        catchThrowableOfType(FailureException.class, () -> stoa("load", "weather"));
    Map<String, String> details = refused.failure().details();
    List<String> digests = List.of(details.get("sha256"), details.get("trusted"));
    assertThat(refused)
        .hasMessageContaining(digests.getFirst())
        .hasMessageContaining(digests.getLast());
    return digests;
  }

  @Test
  void whatLinksLeadToIsPinnedToo() throws IOException {
    Path data = Files.createDirectories(home.resolve("data/weather"));
    Files.writeString(data.resolve("main.py"), "x = 1");
    Path link = home.resolve("modules/weather/more.py");
    Files.createSymbolicLink(link, data.resolve("main.py"));
    String pinned = stoa("pin", "weather").at("sha256").asText();
    Files.writeString(data.resolve("main.py"), "x = 2");
    assertThat(refusedDigests()).last().isEqualTo(pinned);
    Files.delete(link);
    Files.createSymbolicLink(link, data);
    refused("a folder", "pin", "weather", List.of(), "is a link that leads out of the module");
  }

  @Test
  void refusalsAreTold() {
    assertThat(stoa("wanted").at("last").asLong()).isZero();
    assertThat(stoa("wanted").at("refused").asList()).isEmpty();
  }
}
