package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.value.Value;

/// `stop` in module.toml: what a module does before it ends, in every placement.
@Timeout(60)
class StopHookTest {
  private static final Map<String, String> CODE =
      Map.of(
          "main.py",
          """
          import stoa
          kept = []
          def keep(value): kept.append(value)
          def save(): stoa.module("ledger").note(kept)
          def hang():
              while True: pass
          def fail(): raise ValueError("the disk is full")
          """,
          "main.mjs",
          """
          import stoa from "stoa";
          const kept = [];
          export function keep(value) { kept.push(value); }
          export async function save() { await stoa.module("ledger").note(kept); }
          export function hang() { for (;;); }
          export function fail() { throw new RangeError("the disk is full"); }
          """);

  @TempDir Path modules;
  private final Queue<Value> noted = new ConcurrentLinkedQueue<>();
  private Host host;

  @BeforeEach
  void start() {
    host = TestHost.builder().modules(modules).start();
    host.register(
        "ledger",
        Map.of(
            "note",
            call -> {
              noted.add(call.argument(0));
              return null;
            }));
  }

  @AfterEach
  void close() {
    host.close();
  }

  private void module(String placement, String file, String stop) throws IOException {
    Path folder = Files.createDirectories(modules.resolve("keeper"));
    Files.writeString(folder.resolve(file), CODE.get(file));
    Files.writeString(
        folder.resolve("module.toml"),
        "placement = \"%s\"\nstop = \"%s\"\n".formatted(placement, stop));
  }

  private String decisions() {
    return host.module("stoa").call("why", "keeper").toString();
  }

  @ParameterizedTest
  @CsvSource({
    "context, main.py",
    "context, main.mjs",
    "worker, main.mjs",
    "native, main.py",
    "native, main.mjs"
  })
  void itRunsWhenTheModuleIsUnloadedLoadedAnewAndWhenTheHostEnds(String placement, String file)
      throws Exception {
    module(placement, file, "save");
    host.module("keeper").call("keep", 1);
    host.module("stoa").call("unload", "keeper");
    await().until(() -> noted.size() == 1);
    host.module("keeper").call("keep", 2);
    host.module("stoa").call("reload", "keeper");
    await().until(() -> noted.size() == 2);
    host.module("keeper").call("keep", 3);
    host.close();
    assertThat(noted).map(Value::asList).allMatch(kept -> kept.size() == 1);
    assertThat(noted).map(kept -> kept.asList().getFirst().asLong()).containsExactly(1L, 2L, 3L);
  }

  @ParameterizedTest
  @CsvSource({"context, main.mjs", "context, main.py", "native, main.py"})
  void itIsGivenUpWhenItDoesNotEnd(String placement, String file) throws Exception {
    module(placement, file, "hang");
    host.module("keeper").call("keep", 1);
    host.module("stoa").call("unload", "keeper");
    await().until(() -> decisions().contains("`hang` did not end within 2 s"));
    host.module("keeper").call("keep", 2);
  }

  @Test
  void whatItThrowsIsTold() throws Exception {
    module("context", "main.mjs", "fail");
    host.module("keeper").call("keep", 1);
    host.module("stoa").call("unload", "keeper");
    await()
        .until(() -> decisions().contains("`fail` failed") && decisions().contains("disk is full"));
  }

  @Test
  void aMethodThatIsNotThereIsNoticedAtOnce() throws Exception {
    module("context", "main.mjs", "safe");
    assertThatThrownBy(() -> host.module("keeper").call("keep", 1))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(Code.LOAD_FAILED);
              assertThat(e.failure().message()).contains("`safe`", "no method");
              assertThat(e.failure().help()).contains("save");
            });
  }
}
