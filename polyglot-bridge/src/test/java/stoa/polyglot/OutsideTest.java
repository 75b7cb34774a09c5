package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Language;

/// Network, programs, files and environment as modules have them: the same in both languages.
class OutsideTest extends InLab {
  private static final String URL = "https://example.org/a";

  private final FakeStoa stoa = new FakeStoa();

  @BeforeEach
  void host() {
    lab.modules.put("stoa", stoa);
  }

  private void load(Language language) {
    switch (language) {
      case JAVASCRIPT -> lab.javascript("words", text("words.mjs"));
      case PYTHON -> lab.python("words", text("words.py"));
    }
  }

  private static String text(String name) {
    try (InputStream file = OutsideTest.class.getResourceAsStream("outside/" + name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Object ask(String method, Object... arguments) {
    return Lab.result(lab.ask("words", method, arguments)).plain();
  }

  private void grant(List<String> variables, Map<String, String> environment) {
    lab.access =
        new Access(
            Optional.of(folder.resolve("data")), List.of(), List.of(), variables, environment);
  }

  @ParameterizedTest
  @EnumSource
  void fetchGivesStatusHeadersAndTheBodyAsTextJsonBytesOrPieces(Language language) {
    load(language);
    assertThat(ask("text", URL))
        .isEqualTo(
            List.of(
                200L, true, URL + "#final", "text/plain; charset=ISO-8859-1", "[1,22]", "[1,22]"));
    assertThat(ask("text", URL + "/lost").toString()).startsWith("[404, false");
    assertThat(ask("json", URL)).isEqualTo(List.of(1L, 22L));
    assertThat((byte[]) ask("bytes", URL)).asString().isEqualTo("[1,22]");
    assertThat(ask("pieces", URL)).isEqualTo(List.of(3L, 3L));
    assertThat(stoa.asked)
        .contains("fetch[" + URL + "]{body=null, headers={}, method=GET, timeout_ms=30000}");
  }

  @ParameterizedTest
  @EnumSource
  void fetchSendsDataAsJson(Language language) {
    load(language);
    ask("post", URL);
    String json = language == Language.PYTHON ? "{\"a\": [1]}" : "{\"a\":[1]}";
    assertThat(stoa.asked.toString())
        .contains("method=POST", "timeout_ms=1500", "body=" + json)
        .contains("x-a=1", "content-type=application/json");
  }

  @ParameterizedTest
  @EnumSource
  void aBodyComesOnlyAsFarAsItIsRead(Language language) {
    load(language);
    assertThat(ask("first", URL + "/huge")).isEqualTo(1L << 20);
    assertThat(stoa.sent).hasSizeLessThan(70).last().isInstanceOf(String.class);
  }

  @ParameterizedTest
  @EnumSource
  void aBodyIsNotGatheredWithoutAnEnd(Language language) {
    load(language);
    assertThat(ask("huge", URL + "/huge"))
        .isEqualTo(
            List.of(
                "RangeError",
                "The body of "
                    + URL
                    + "/huge#final has more than 64 MiB. Read it in pieces: for "
                    + (language == Language.PYTHON
                        ? "piece in response"
                        : "await (const piece of response)")));
    assertThat(ask("twice", URL)).isEqualTo("TypeError: The body was read before.");
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalSaysWhichGrantIsMissing(Language language) {
    load(language);
    String help = "To allow it: stoa grant words net=secret.example.org:443";
    assertThat(ask("refused", "https://secret.example.org"))
        .isEqualTo(
            List.of("DENIED", "`words` may not reach `secret.example.org:443`. " + help, help));
  }

  @Test
  void pythonIsRefusedAsItWouldRefuse() {
    load(Language.PYTHON);
    String words =
        "`words` may not reach `secret.example.org:443`. To allow it: stoa grant words net=secret.example.org:443";
    assertThat(ask("denied", "https://secret.example.org"))
        .isEqualTo(List.of(true, true, 13L, words));
    assertThat(Lab.failureOf(lab.ask("words", "text", "https://secret.example.org")))
        .satisfies(
            failure -> assertThat(failure.message()).isEqualTo("StoaError: DENIED: " + words));
  }

  @ParameterizedTest
  @EnumSource
  void programsRunAndFilesAreReadByTheHost(Language language) {
    load(language);
    List<?> ran = (List<?>) ask("run");
    assertThat(ran.subList(0, 3)).isEqualTo(List.of(0L, true, "out"));
    assertThat((byte[]) ran.get(3)).asString().isEqualTo("err");
    assertThat(ask("plain")).isEqualTo(0L);
    assertThat((byte[]) ask("read", "a.txt")).asString().isEqualTo("content of a.txt");
    assertThat(stoa.asked)
        .containsExactly(
            "run[git, [log, 5]]{input=x, timeout_ms=10}",
            "run[ls, []]{input=null, timeout_ms=60000}",
            "read[a.txt]{}");
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionIsAChannelOfBytes(Language language) {
    load(language);
    List<?> told = (List<?>) ask("talk");
    assertThat(told.getFirst()).isEqualTo("tls:db.example.org:5432");
    assertThat((List<?>) told.getLast())
        .singleElement()
        .satisfies(bytes -> assertThat((byte[]) bytes).containsExactly(1));
    assertThat(stoa.asked).containsExactly("channel tls:db.example.org:5432");
    assertThat(ask("badConnect"))
        .isEqualTo("`stoa.connect` takes the name of a host and the number of a port.");
  }

  @ParameterizedTest
  @EnumSource
  void theEnvironmentHoldsWhatWasGrantedAndIsLookedAtAnew(Language language) {
    grant(List.of("LANG", "UNSET", "AWS_*"), Map.of("LANG", "C=1", "AWS_KEY", "k"));
    load(language);
    assertThat(ask("env", "LANG")).isEqualTo(List.of("found", "C=1"));
    assertThat(ask("env", "AWS_KEY")).isEqualTo(List.of("found", "k"));
    assertThat(ask("env", "UNSET")).isEqualTo(Arrays.asList("found", null));
    assertThat(ask("env", "AWS_OTHER")).isEqualTo(Arrays.asList("found", null));
    assertThat(ask("env", "PATH"))
        .isEqualTo(
            List.of(
                "DENIED",
                "`words` may not see the environment variable `PATH`. To allow it: stoa grant words env=PATH"));
    assertThat(ask("envs")).isEqualTo(Map.of("LANG", "C=1", "AWS_KEY", "k"));
    assertThat(ask("has", "LANG")).isEqualTo(true);
    assertThat(ask("has", "PATH")).isEqualTo(false);
    assertThat(lab.uses)
        .contains(
            new Access.Use(new Grant(Grant.Kind.ENV, "LANG"), true),
            new Access.Use(new Grant(Grant.Kind.ENV, "PATH"), false));
    grant(List.of("PATH"), Map.of("PATH", "/bin"));
    assertThat(ask("env", "PATH")).isEqualTo(List.of("found", "/bin"));
    assertThat(ask("env", "LANG").toString()).contains("DENIED");
  }

  @ParameterizedTest
  @EnumSource
  void theDataFolderIsThereWhenItIsAskedFor(Language language) {
    grant(List.of(), Map.of());
    Path data = folder.resolve("data");
    load(language);
    assertThat(data).doesNotExist();
    assertThat(ask("data")).isEqualTo(data.toString());
    assertThat(data).isDirectory();
    lab.access = Access.NONE;
    assertThat(ask("data")).isNull();
  }
}
