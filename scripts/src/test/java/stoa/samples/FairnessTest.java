package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.client.Items;
import stoa.host.Host;
import stoa.host.HostBuilder;
import stoa.module.Placement;
import stoa.value.Arguments;
import stoa.value.Value;

/// One flooding client does not stand before another, wherever the module runs. Counted in calls
/// that are served, not in time.
class FairnessTest {
  private static final int FLOOD = 400;

  @TempDir Path folder;

  private HostBuilder host() {
    return TestHost.builder().modules(folder).log(_ -> {});
  }

  /// Another client: a module with a context of its own.
  private void polite() throws IOException {
    Files.writeString(
        folder.resolve("polite.mjs"),
        """
        import stoa from "stoa";
        export const call = (module, method, ...given) => stoa.module(module)[method](...given);
        let going;
        export const begin = (...given) => { going = call(...given); };
        export const end = () => going;
        """);
  }

  private void slow(String file) throws IOException {
    Files.writeString(
        folder.resolve(file),
        file.endsWith(".py")
            ? """
            import time

            def busy(milliseconds):
                until = time.monotonic() + milliseconds / 1000
                while time.monotonic() < until:
                    pass
            """
            : """
            export function busy(milliseconds) {
              const until = performance.now() + milliseconds;
              while (performance.now() < until);
            }
            """);
  }

  @ParameterizedTest
  @CsvSource({"CONTEXT, slow.mjs", "CONTEXT, slow.py", "NATIVE, slow.mjs", "NATIVE, slow.py"})
  void aFloodOfOneClientDelaysAnotherByFewCalls(Placement placement, String file)
      throws IOException {
    polite();
    slow(file);
    try (Host host = host().placement(placement).start()) {
      host.module("slow").call("busy", 0);
      host.module("polite").call("call", "slow", "busy", 0);
      AtomicInteger served = new AtomicInteger();
      List<CompletableFuture<Value>> flood =
          IntStream.range(0, FLOOD)
              .mapToObj(_ -> host.module("slow").callAsync("busy", 5))
              .peek(call -> call.whenComplete((_, _) -> served.incrementAndGet()))
              .toList();
      flood.getFirst().join();
      int before = served.get();
      host.module("polite").call("call", "slow", "busy", 1);
      assertThat(served.get() - before).isLessThan(FLOOD / 2);
      flood.forEach(CompletableFuture::join);
    }
  }

  @Test
  void aModuleInCThatServesOneCallAtATimeIsServedFairly() throws Exception {
    polite();
    oneAtATime();
    try (Host host = host().start()) {
      AtomicInteger served = new AtomicInteger();
      CompletableFuture<Integer> servedBeforePolite;
      List<CompletableFuture<Value>> flood;
      host.module("polite").call("call", "echo-c", "add", 0, 0);
      // A stream that nobody reads to its end has the only place.
      try (Items occupied = host.module("echo-c").items("count", Arguments.of(1_000_000))) {
        assertThat(occupied.next().asLong()).isZero();
        flood =
            IntStream.range(0, FLOOD)
                .mapToObj(n -> host.module("echo-c").callAsync("add", n, 1))
                .peek(call -> call.whenComplete((_, _) -> served.incrementAndGet()))
                .toList();
        host.module("polite")
            .call("begin", "echo-c", "add", 40, 2); // now it waits behind all others
        servedBeforePolite =
            host.module("polite")
                .callAsync("end")
                .thenApply(sum -> sum.asLong() == 42 ? served.get() : FLOOD);
        assertThat(served).hasValue(0);
      }
      assertThat(servedBeforePolite.join()).isLessThan(FLOOD / 2);
      for (int n = 0; n < FLOOD; n++) {
        assertThat(flood.get(n).join().asLong()).isEqualTo(n + 1);
      }
    }
  }

  /// The sample, which says that it serves one call.
  private void oneAtATime() throws Exception {
    Path source = Command.ROOT.resolve("scripts/modules/echo-c");
    Path module = Files.createDirectories(folder.resolve("echo-c"));
    String program = Files.readString(source.resolve("main.c"));
    assertThat(program).contains("MAX_CALLS = 64");
    Files.writeString(module.resolve("main.c"), program.replace("MAX_CALLS = 64", "MAX_CALLS = 1"));
    Files.copy(source.resolve("Makefile"), module.resolve("Makefile"));
    Process make = new ProcessBuilder("make", "-s").directory(module.toFile()).inheritIO().start();
    assertThat(make.waitFor()).isZero();
  }
}
