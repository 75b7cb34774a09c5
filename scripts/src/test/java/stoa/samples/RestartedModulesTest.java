package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.value.Value;

/// Modules under node and CPython that are killed in the middle of a call.
@Timeout(60)
class RestartedModulesTest {
  @TempDir private static Path folder;
  private static final Queue<LogLine> LOG = new ConcurrentLinkedQueue<>();
  private static Host host;

  @BeforeAll
  static void start() throws IOException {
    place(
        "js",
        "main.mjs",
        """
        import fs from "node:fs";
        import api from "stoa";
        export const say = () => { api.log.info("said"); };
        export const stoa = { idempotent: ["repeated"] };
        export function repeated(mark) { return once(mark); }
        export function once(mark) {
          if (fs.existsSync(mark)) return "done";
          fs.writeFileSync(mark, "");
          fs.writeSync(2, "last words\\n");
          process.kill(process.pid, "SIGKILL");
          for (;;);
        }
        """);
    place(
        "py",
        "main.py",
        """
        import os, signal, sys
        import stoa
        def say():
            stoa.log.info("said")
        __stoa__ = {"idempotent": ["repeated"]}
        def repeated(mark):
            return once(mark)
        def once(mark):
            if os.path.exists(mark):
                return "done"
            open(mark, "w").close()
            print("last words", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """);
    host =
        TestHost.builder()
            .modules(folder.resolve("modules"))
            .data(folder.resolve("data"))
            .log(LOG::add)
            .start();
  }

  private static void place(String name, String main, String text) throws IOException {
    Path own = Files.createDirectories(folder.resolve("modules").resolve(name));
    Files.writeString(own.resolve("module.toml"), "placement = \"native\"\n");
    Files.writeString(own.resolve(main), text);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void aLineOfTheLogSaysWhichInstanceAndCallItBelongsTo(String module) {
    host.module(module).call("say");
    await()
        .untilAsserted(() ->
            assertThat(LOG)
                .anySatisfy(line -> {
                  assertThat(line.text()).isEqualTo("said");
                  assertThat(line.instance()).startsWith(module + "#");
                  assertThat(line.line().call()).isEqualTo(module + ".say");
                }));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void aCallOfAnIdempotentMethodSurvivesTheDeathOfItsModule(String module) {
    String mark = folder.resolve("data/" + module + "/repeated").toString();
    assertThat(host.module(module).call("repeated", mark)).isEqualTo(Value.of("done"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void anotherCallFailsWithTheLastWordsAndTheNextOneIsServed(String module) {
    String mark = folder.resolve("data/" + module + "/once").toString();
    Failure failure =
        catchThrowableOfType(FailureException.class, () -> host.module(module).call("once", mark))
            .failure();
    assertThat(failure.code()).isEqualTo(Failure.Code.LOST);
    assertThat(failure.details()).containsEntry("signal", "SIGKILL").containsKey("restarts");
    assertThat(failure.details().get("log")).endsWith("last words");
    assertThat(host.module(module).call("once", mark)).isEqualTo(Value.of("done"));
  }
}
