package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.daemon.Processes;
import stoa.host.Host;

/// What only a process of its own can promise: whatever a module does, it costs that module alone.
class WorkerTest {
  private static final String HOG =
      """
      export function grow() { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }
      export const pid = () => 1;
      """;

  @TempDir Path modules;
  private Host host;

  @BeforeEach
  void start() throws IOException {
    // It must outlast the wish to stop it, and no more: nothing can end it here.
    module(
        "stuck.py",
        "def count():\n    return sum(range(3 * 10**7))\n\ndef ping():\n    return 1\n");
    Files.createDirectories(modules.resolve("small"));
    module("small/main.js", HOG);
    module("small/module.toml", "placement = \"worker\"\nheap_mb = 128\n");
    Files.createDirectories(modules.resolve("busy"));
    module(
        "busy/main.py",
        "def count():\n    return sum(range(10**9))\n\ndef ping():\n    return 1\n");
    module("busy/module.toml", "placement = \"worker\"\n");
    host = TestHost.builder().modules(modules).start();
  }

  @AfterEach
  void close() {
    host.close();
  }

  private void module(String name, String text) throws IOException {
    Files.writeString(modules.resolve(name), text);
  }

  private Failure failureOf(Runnable call) {
    Failure[] failure = new Failure[1];
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(FailureException.class, e -> failure[0] = e.failure());
    return failure[0];
  }

  @Test
  void outOfMemoryInAWorkerCostsThatWorkerAlone() {
    assertThat(host.module("small").call("pid").asLong()).isEqualTo(1);
    Failure failure = failureOf(() -> host.module("small").call("grow"));
    assertThat(failure.code()).isIn(Code.LOST, Code.RESOURCE_EXHAUSTED);
    assertThat(host.module("small").call("pid").asLong()).isEqualTo(1);
  }

  @Test
  void aBuiltInThatNeverEndsIsKilledWithItsWorker() {
    assertThat(host.module("busy").call("ping").asLong()).isEqualTo(1);
    long child = onlyChild();
    long start = System.nanoTime();
    Failure failure =
        failureOf(() -> host.module("busy").within(Duration.ofMillis(100)).call("count"));
    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofMillis(600).toNanos());
    await().atMost(Duration.ofSeconds(2)).until(() -> !Processes.isAlive(child));
    assertThat(host.module("busy").call("ping").asLong()).isEqualTo(1);
  }

  private static long onlyChild() {
    return ProcessHandle.current().children().toList().getLast().pid();
  }

  @Test
  void aModuleThatCannotBeStoppedTwiceMovesToAWorker() {
    for (int given = 1; given <= 2; given++) {
      assertThat(answers()).isTrue();
      assertThat(described("placement")).isEqualTo("context");
      failureOf(() -> host.module("stuck").within(Duration.ofMillis(100)).call("count"));
      String note = given + " of its instances could not be stopped and run on";
      await()
          .atMost(Duration.ofSeconds(45))
          .until(() -> answers() && described("note").equals(note));
    }
    assertThat(described("placement")).isEqualTo("worker");
  }

  /// A call that waits in the instance when that is given up fails LOST; the next one starts
  /// another.
  private boolean answers() {
    try {
      return host.module("stuck").within(Duration.ofSeconds(40)).call("ping").asLong() == 1;
    } catch (FailureException e) {
      assertThat(e.failure().code()).isEqualTo(Code.LOST);
      assertThat(e.failure().retryable()).isTrue();
      return false;
    }
  }

  private String described(String key) {
    return host.module("stoa").call("describe", "stuck").at(key).asText();
  }
}
