package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.value.Value;

/// Modules that write 10 MB to their two streams while they are loaded, and again while they serve
/// a call, answer as others do. Nothing is lost on the way to the log.
@Timeout(120)
class StrayOutputTest {
  private static final long TEN_MEGABYTES = 10_000_000;

  @TempDir private static Path modules;
  private static final Map<String, Long> WRITTEN = new ConcurrentHashMap<>();
  private static final Map<String, String> SAID = new ConcurrentHashMap<>();
  private static Host host;

  @BeforeAll
  static void start() throws IOException {
    for (String placement : new String[] {"context", "worker", "native"}) {
      place("js-" + placement, "main.mjs", placement, JAVASCRIPT);
      place("py-" + placement, "main.py", placement, PYTHON);
    }
    host = TestHost.builder().modules(modules).log(StrayOutputTest::count).start();
  }

  private static final String JAVASCRIPT =
      """
      const line = "x".repeat(999);
      export function flood() {
        for (let i = 0; i < 5000; i++) console.log(line);
        for (let i = 0; i < 5000; i++) console.error(line);
      }
      flood();
      export const echo = (it) => it;
      export function says() { console.log("said"); }
      """;

  private static final String PYTHON =
      """
      import sys
      lines = ("x" * 999 + "\\n") * 1000
      def flood():
          for stream in (sys.stdout, sys.stderr):
              for i in range(5):
                  stream.write(lines)
      flood()
      def echo(it):
          return it
      def says():
          print("said")
      """;

  private static void place(String name, String main, String placement, String text)
      throws IOException {
    Path folder = Files.createDirectory(modules.resolve(name));
    Files.writeString(folder.resolve("module.toml"), "placement = \"" + placement + "\"\n");
    Files.writeString(folder.resolve(main), text);
  }

  private static void count(LogLine line) {
    if (line.text().equals("said")) {
      SAID.put(line.module(), line.stream() + " in " + line.line().call());
    }
    if (line.text().startsWith("xxx")) { // a worker's JVM has words of its own
      WRITTEN.merge(line.module(), line.text().length() + 1L, Long::sum);
    }
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @ParameterizedTest
  @CsvSource({"js-context", "js-worker", "js-native", "py-context", "py-worker", "py-native"})
  void whatACallPrintsIsALineOfThatCall(String module) {
    assertThat(host.module(module).call("says")).isEqualTo(Value.NULL);
    await()
        .untilAsserted(() ->
            assertThat(SAID.get(module))
                .isIn("OUT in " + module + ".says", "INFO in " + module + ".says"));
  }

  @ParameterizedTest
  @CsvSource({"js-context", "js-worker", "js-native", "py-context", "py-worker", "py-native"})
  void tenMegabytesBeforeAndDuringCallsChangeNoAnswer(String module) {
    assertThat(host.module(module).call("echo", 0).asLong()).isZero();
    CompletableFuture<Value> flood = host.module(module).callAsync("flood");
    for (int i = 1; i < 20; i++) {
      assertThat(host.module(module).call("echo", i).asLong()).isEqualTo(i);
    }
    assertThat(flood.join()).isEqualTo(Value.NULL);
    await()
        .untilAsserted(
            () -> assertThat(WRITTEN.getOrDefault(module, 0L)).isEqualTo(2 * TEN_MEGABYTES));
  }
}
