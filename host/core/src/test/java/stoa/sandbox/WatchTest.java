package stoa.sandbox;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchTest {
  @Test
  void whoIsToldAndFailsDoesNotEndTheWatchForOthers() throws Exception {
    Limits few = new Limits(1L << 30, 1, 4096, Optional.empty());
    Process busy = new ProcessBuilder("sh", "-c", "sleep 60 & wait").start();
    try (Nest nest = Nest.make();
        Watch watch = new Watch()) {
      watch.over(
          busy.toHandle(),
          nest,
          few,
          _ -> {
            throw new IllegalStateException("of the test");
          });
      CompletableFuture<Watch.Excess> told = new CompletableFuture<>();
      watch.over(busy.toHandle(), nest, few, told::complete);
      told.get(10, TimeUnit.SECONDS);
    } finally {
      busy.descendants().forEach(ProcessHandle::destroyForcibly);
      busy.destroyForcibly();
      busy.waitFor();
    }
  }
}
