package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.module.Placement;
import stoa.value.Value;

/// A chain of calls goes on through a module written in Java.
class JavaBetweenTest {
  @TempDir Path folder;

  private Host host(Placement placement) throws Exception {
    Files.writeString(
        folder.resolve("a.py"),
        """
        import stoa

        def down(n):
            return "bottom" if n == 0 else stoa.module("between").down(n - 1)

        def via(module, method):
            return getattr(stoa.module(module), method)()

        def leaf():
            return 1
        """);
    Files.copy(folder.resolve("a.py"), folder.resolve("b.py"));
    return TestHost.builder().modules(folder).placement(placement).log(_ -> {}).start();
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTEXT", "NATIVE"}) // a worker is a context behind a connection
  void aModuleThatWaitsForJavaServesWhatJavaCalls(Placement placement) throws Exception {
    try (Host host = host(placement)) {
      host.register(
          "between", Map.of("down", call -> host.module("a").call("down", call.argument(0))));
      assertThat(host.module("a").within(Duration.ofMinutes(2)).call("down", 6).asText())
          .isEqualTo("bottom");
    }
  }

  /// `a` waits for Java, which waits for `b`; `b` waits for Java, which waits for `a`.
  @ParameterizedTest
  @EnumSource(names = {"CONTEXT", "NATIVE"}) // a worker is a context behind a connection
  void circlesThatLeadThroughJavaAreRefused(Placement placement) throws Exception {
    try (Host host = host(placement)) {
      host.module("stoa").call("load", "a");
      host.module("stoa").call("load", "b");
      CountDownLatch both = new CountDownLatch(2);
      host.register("to-a", Map.of("go", _ -> met(both, host, "a")));
      host.register("to-b", Map.of("go", _ -> met(both, host, "b")));
      Duration limit = Duration.ofMinutes(2);
      List<CompletableFuture<Value>> calls =
          List.of(
              host.module("a").within(limit).callAsync("via", "to-b", "go"),
              host.module("b").within(limit).callAsync("via", "to-a", "go"));
      List<Failure> failures = calls.stream().flatMap(call -> failure(call).stream()).toList();
      // One is refused, which lets the other go on.
      assertThat(failures).hasSize(1);
      assertThat(failures.getFirst().details()).containsEntry("code", "DEADLOCK");
    }
  }

  private static Value met(CountDownLatch both, Host host, String module)
      throws InterruptedException {
    both.countDown();
    both.await();
    return host.module(module).call("leaf");
  }

  private static List<Failure> failure(CompletableFuture<Value> call) {
    CompletionException e = catchThrowableOfType(CompletionException.class, call::join);
    return Stream.ofNullable(e)
        .map(problem -> ((FailureException) problem.getCause()).failure())
        .toList();
  }
}
