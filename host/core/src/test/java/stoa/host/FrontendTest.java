package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.value.Value;

/// A host for one process, over a pair of pipes.
@Timeout(20)
class FrontendTest {
  @TempDir Path folder;

  @Test
  void theOneProcessIsServedOverItsPipesAndItsEndIsTheHosts() throws Exception {
    PipedInputStream hostIn = new PipedInputStream();
    PipedInputStream clientIn = new PipedInputStream();
    PipedOutputStream clientOut = new PipedOutputStream(hostIn);
    PipedOutputStream hostOut = new PipedOutputStream(clientIn);
    CompletableFuture<Farewell> end = new CompletableFuture<>();
    try (Host host =
        Host.builder()
            .modules(folder)
            .frontend(hostIn, hostOut)
            .standsAlone("1", Optional.empty(), end::complete)
            .start()) {
      host.register("m", Map.of("twice", call -> call.argument(0).asLong() * 2));
      try (RunningHost frontend = RunningHost.over(clientIn, clientOut)) {
        assertThat(frontend.module("m").call("twice", 21)).isEqualTo(Value.of(42));
        assertThat(end).isNotDone();
      }
      assertThat(end.get(5, TimeUnit.SECONDS)).isEqualTo(Farewell.ABANDONED);
    }
  }
}
