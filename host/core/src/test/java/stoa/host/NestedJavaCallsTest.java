package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.client.ModuleClient;
import stoa.value.Value;

/// Calls that a Java method makes belong to the call that it serves.
class NestedJavaCallsTest {
  @TempDir Path modules;
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private Host host;

  @BeforeEach
  void start() {
    host = Host.builder().modules(modules).log(_ -> {}).start();
    host.register(
        "inner",
        Map.of(
            "left", call -> call.deadline().nanosLeft(),
            "caller", JavaMethod.Call::caller,
            "numbers", _ -> Stream.of(1, 2, 3),
            "waits", _ -> waits()));
    host.register(
        "outer",
        Map.of(
            "left", _ -> host.module("inner").call("left"),
            "longer", _ -> host.module("inner").within(Duration.ofHours(1)).call("left"),
            "caller", _ -> host.module("inner").call("caller"),
            "numbers", _ -> host.module("inner").stream("numbers"),
            "waits", _ -> host.module("inner").call("waits"),
            "begins", _ -> begins(),
            "cleans", _ -> cleans()));
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Object waits() {
    seen.add("begun");
    try {
      return new CompletableFuture<Object>().get(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      seen.add("cancelled");
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// Does not wait for the call, but for something else.
  private Object begins() throws Exception {
    var _ = host.module("inner").callAsync("waits");
    return new CompletableFuture<Object>().get(1, TimeUnit.MINUTES);
  }

  private Object cleans() {
    try {
      return begins();
    } catch (Exception e) {
      long left = host.module("inner").call("left").asLong();
      seen.add(left > 0 && left < 300_000_000 ? "cleaned" : left + " ns left");
      return e;
    }
  }

  private String next() throws InterruptedException {
    String word = seen.poll(30, TimeUnit.SECONDS);
    return word == null ? "nothing" : word;
  }

  @Test
  void haveWhatIsLeftOfItsTime() {
    Duration hour = Duration.ofHours(1);
    Duration minute = Duration.ofMinutes(1);
    assertThat(host.module("outer").call("left").asLong()).isEqualTo(Long.MAX_VALUE);
    for (String method : List.of("left", "longer")) {
      assertThat(host.module("outer").within(minute).call(method).asLong())
          .isBetween(1L, minute.toNanos());
    }
    assertThat(host.module("outer").within(hour.multipliedBy(2)).call("longer").asLong())
        .isLessThanOrEqualTo(hour.toNanos());
  }

  @Test
  void areCancelledWithItWhetherItWaitsForThemOrNot() throws Exception {
    for (String method : List.of("waits", "begins")) {
      CompletableFuture<Value> call = host.module("outer").callAsync(method);
      assertThat(next()).isEqualTo("begun");
      call.cancel(true);
      assertThat(next()).isEqualTo("cancelled");
    }
  }

  @Test
  void endWithItsDeadline() throws Exception {
    FailureException e =
        catchThrowableOfType(
            FailureException.class,
            () -> host.module("outer").within(Duration.ofMillis(300)).call("begins"));
    assertThat(e.failure().code()).isEqualTo(Failure.Code.DEADLINE_EXCEEDED);
    assertThat(next()).isEqualTo("begun");
    assertThat(next()).isEqualTo("cancelled");
  }

  @Test
  void haveAWhileOfTheirOwnToCleanUpWhenItIsOver() throws Exception {
    ModuleClient outer = host.module("outer");
    outer.callAsync("cleans").cancel(true);
    FailureException e =
        catchThrowableOfType(
            FailureException.class, () -> outer.within(Duration.ofMillis(50)).call("cleans"));
    assertThat(e.failure().code()).isEqualTo(Failure.Code.DEADLINE_EXCEEDED);
    await().untilAsserted(() -> assertThat(seen.stream().filter("cleaned"::equals)).hasSize(2));
  }

  @Test
  void areMadeInTheNameOfItsModule() {
    assertThat(host.module("inner").call("caller").asText()).isEqualTo("user");
    assertThat(host.module("outer").call("caller").asText()).isEqualTo("outer");
  }

  @Test
  void mayBeStreamsThatAreReadWhenTheMethodHasReturned() {
    try (Stream<Value> numbers = host.module("outer").stream("numbers")) {
      assertThat(numbers.map(Value::asLong)).containsExactly(1L, 2L, 3L);
    }
  }
}
