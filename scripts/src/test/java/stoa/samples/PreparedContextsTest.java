package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.host.Host;
import stoa.value.Value;

/// A host with a warm pool: contexts are there before the modules that get them.
@Timeout(120)
class PreparedContextsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path modules;

  @ParameterizedTest
  @CsvSource({"javascript, .js", "python, .py"})
  void firstCallsAndReloadsGetContextsThatWerePreparedBefore(String language, String ending)
      throws IOException {
    write("first" + ending, 1);
    write("second" + ending, 2);
    try (Host host = TestHost.builder().modules(modules).warmPool(true).start()) {
      assertThat(host.module("first").call("version")).isEqualTo(Value.of(1));
      long prepared = awaitPrepared(host, language);
      assertThat(host.module("second").call("version")).isEqualTo(Value.of(2));
      assertThat(threadsOf("second")).containsExactly(prepared);

      long next = awaitPrepared(host, language);
      assertThat(next).isNotEqualTo(prepared);
      write("first" + ending, 3);
      host.module("stoa").call("reload", "first");
      assertThat(host.module("first").call("version")).isEqualTo(Value.of(3));
      assertThat(threadsOf("first")).contains(next);
      awaitPrepared(host, language);
    }
    assertThat(threadsOf("prepared")).isEmpty();
  }

  @Test
  void aHostWithoutAWarmPoolPreparesNothing() throws IOException {
    write("first.js", 1);
    try (Host host = TestHost.builder().modules(modules).start()) {
      assertThat(host.module("first").call("version")).isEqualTo(Value.of(1));
      await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      assertThat(host.module("stoa").call("status").at("prepared").asList()).isEmpty();
      assertThat(threadsOf("prepared")).isEmpty();
    }
  }

  /// @return the thread of the one context that is ready
  private static long awaitPrepared(Host host, String language) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            host.module("stoa").call("status").at("prepared").asList().stream()
                .anyMatch(ready -> ready.asText().equals(language)));
    Set<Long> threads = threadsOf("prepared");
    assertThat(threads).hasSize(1);
    return threads.iterator().next();
  }

  private static Set<Long> threadsOf(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("stoa-" + name + "-"))
        .map(Thread::threadId)
        .collect(Collectors.toSet());
  }

  private void write(String file, int version) throws IOException {
    Files.writeString(
        modules.resolve(file),
        file.endsWith(".py")
            ? "def version(): return " + version
            : "export const version = () => " + version + ";");
  }
}
