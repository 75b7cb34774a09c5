package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.value.Value;

/// Modules that need others, in the placements and languages that they are written for.
@Timeout(60)
class NeedsTest {
  @TempDir Path modules;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();

  private void write(String file, String text) throws IOException {
    Files.createDirectories(modules.resolve(file).getParent());
    Files.writeString(modules.resolve(file), text);
  }

  private Host host() {
    return TestHost.builder()
        .modules(modules)
        .log(line -> log.add(line.module() + ": " + line.text()))
        .start();
  }

  @Test
  void whatTheCodeSaysThatItNeedsIsCheckedInEveryLanguageAndPlacement() throws IOException {
    String javaScript = "export const stoa = { needs: { text: '^2' } }; export const f = () => 1;";
    String python = "__stoa__ = {'needs': {'text': '^2'}}\ndef f(): return 1\n";
    write("text.js", "export const stoa = { version: '1.4.0' }; export const up = (t) => t;");
    write("js.js", javaScript);
    write("py.py", python);
    write("node/main.mjs", javaScript);
    write("node/module.toml", "placement = \"native\"");
    write("cpython/main.py", python);
    write("cpython/module.toml", "placement = \"native\"");
    try (Host host = host()) {
      for (String module : List.of("js", "py", "node", "cpython")) {
        FailureException e =
            catchThrowableOfType(FailureException.class, () -> host.module(module).call("f"));
        assertThat(e.failure().code()).isEqualTo(Code.LOAD_FAILED);
        assertThat(e.failure().message())
            .isEqualTo(
                "`%1$s` cannot be loaded: %1$s needs text ^2, and `text` is version 1.4.0."
                    .formatted(module));
      }
      write("text.js", "export const stoa = { version: '2.0.1' }; export const up = (t) => t;");
      host.module("stoa").call("reload", "text");
      assertThat(host.module("node").call("f").asLong()).isEqualTo(1);
      assertThat(host.module("stoa").call("why", "node").asList())
          .extracting(row -> row.at("what").asText())
          .contains("stopped")
          .containsSubsequence("found", "not started", "found", "started");
    }
  }

  @Test
  void eagerModulesStartWithTheHostAndWhatTheyNeedBeforeThem() throws IOException {
    write("first.js", "console.log('first is up');");
    write("eager/main.js", "console.log('eager is up');");
    write("eager/module.toml", "eager = true\nneeds = { first = \"*\" }");
    write("lost/main.js", "");
    write("lost/module.toml", "eager = true\nneeds = { nobody = \"^1\" }");
    write("lazy.js", "console.log('lazy is up');");
    try (Host _ = host()) {
      await()
          .until(() ->
              log.contains("eager: eager is up")
                  && log.stream().anyMatch(line -> line.startsWith("lost: it was to start")));
      assertThat(log)
          .containsSubsequence("first: first is up", "eager: eager is up")
          .doesNotContain("lazy: lazy is up")
          .anyMatch(line -> line.contains("lost needs nobody ^1, and there is no module"));
    }
  }

  @Test
  void onlyTheUserAsksWhy() throws IOException {
    write(
        "spy.js",
        "import stoa from 'stoa'; export const f = () => stoa.module('stoa').why('spy');");
    try (Host host = host()) {
      FailureException e =
          catchThrowableOfType(FailureException.class, () -> host.module("spy").call("f"));
      assertThat(e.failure().message()).contains("may not call `stoa.why`");
      List<Value> decisions = host.module("stoa").call("why", "spy").asList();
      assertThat(decisions).extracting(row -> row.at("what").asText()).contains("denied");
      assertThat(decisions.get(1).at("why").asText())
          .isEqualTo("in placement `context`: nothing says otherwise");
      assertThat(
              catchThrowableOfType(
                  FailureException.class, () -> host.module("stoa").call("why", "nobody")))
          .hasMessageContaining("there is no module `nobody`");
    }
  }
}
