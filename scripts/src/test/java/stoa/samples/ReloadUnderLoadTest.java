package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.host.Host;
import stoa.value.Arguments;
import stoa.value.Value;

/// A module in a context that is loaded anew again and again while it is called all the time.
@Timeout(60)
class ReloadUnderLoadTest {
  private static final int RELOADS = 20;

  private static final int CALLS_EACH_MILLISECOND = 1;

  @TempDir Path modules;

  private void version(int number) throws IOException {
    Files.writeString(
        modules.resolve("version.js"),
        """
        const version = %d;
        const soon = () => new Promise((done) => setTimeout(done, 1));
        export async function which() {
          const before = version;
          await soon();
          return [before, version];
        }
        export function* always() { for (;;) yield version; }
        """
            .formatted(number));
  }

  @Test
  void noCallFailsAndEachIsServedByOneVersionAndOldOnesEndOnTheOldOne() throws Exception {
    version(0);
    try (Host host = TestHost.builder().modules(modules).log(_ -> {}).start();
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
        Items oldest = host.module("version").items("always", Arguments.of())) {
      assertThat(oldest.next()).isEqualTo(Value.of(0));
      ModuleClient client = host.module("version");
      AtomicInteger loaded = new AtomicInteger();
      Queue<CompletableFuture<Void>> calls = new ConcurrentLinkedQueue<>();
      clock.scheduleAtFixedRate(
          () -> {
            int least = loaded.get();
            calls.add(client.callAsync("which").thenAccept(answer -> check(answer, least)));
          },
          0,
          CALLS_EACH_MILLISECOND,
          TimeUnit.MILLISECONDS);
      for (int number = 1; number <= RELOADS; number++) {
        version(number);
        Value told = host.module("stoa").call("reload", "version");
        assertThat(told.at("changes").at("changed").asList()).isEmpty();
        loaded.set(number);
        assertThat(oldest.next()).isEqualTo(Value.of(0));
      }
      clock.shutdown();
      assertThat(clock.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
      CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get();
      assertThat(calls.size()).isGreaterThan(RELOADS * 10);
    }
  }

  /// @param least the version that was there when the call was made
  private static void check(Value answer, int least) {
    assertThat(answer.at(0)).isEqualTo(answer.at(1));
    assertThat(answer.at(0).asLong()).isGreaterThanOrEqualTo(least);
  }
}
