package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.FailureException;
import stoa.client.ModuleClient;
import stoa.value.Arguments;
import stoa.value.Value;

class EventsTest {
  @TempDir Path folder;
  private Host host;
  private ModuleClient events;

  @BeforeEach
  void start() {
    host = Host.builder().modules(folder).start();
    events = host.module("events");
  }

  @AfterEach
  void close() {
    host.close();
  }

  private List<String> taken(String pattern, boolean latest, Runnable publish, int count) {
    try (var items = events.items("subscribe", Arguments.of(pattern, latest))) {
      CompletableFuture<Value> probe = CompletableFuture.supplyAsync(items::next);
      String topic = pattern.replace("*", "probe").replace(">", "probe");
      await().until(() -> events.call("publish", topic, "probe").asLong() > 0);
      probe.join();
      publish.run();
      return IntStream.range(0, count)
          .mapToObj(_ -> items.next())
          .filter(event -> !event.at("value").equals(Value.of("probe")))
          .map(event -> event.at("topic").asText() + " " + event.at("value"))
          .toList();
    }
  }

  @Test
  void subscribersGetWhatMatchesInOrder() {
    assertThat(
            taken(
                "price.*.eur",
                false,
                () -> {
                  assertThat(events.call("publish", "price.tea.eur", 1).asLong()).isEqualTo(1);
                  assertThat(events.call("publish", "price.tea.usd", 2).asLong()).isZero();
                  assertThat(events.call("publish", "price.tea.eur.x", 3).asLong()).isZero();
                  assertThat(events.call("publish", "price.milk.eur", 4).asLong()).isEqualTo(1);
                },
                2))
        .containsExactly("price.tea.eur 1", "price.milk.eur 4");
    assertThat(taken("a.>", false, () -> events.call("publish", "a.b.c", 1), 1))
        .containsExactly("a.b.c 1");
  }

  @Test
  void aSlowSubscriberThatWantsTheLatestGetsTheLatestOfEachTopic() {
    try (var items = events.items("subscribe", Arguments.of("t.*", true))) {
      CompletableFuture<Value> probe = CompletableFuture.supplyAsync(items::next);
      await().until(() -> events.call("publish", "t.probe", 0).asLong() > 0);
      probe.join();
      for (int i = 1; i <= 5_000; i++) {
        events.call("publish", "t.a", i);
      }
      events.call("publish", "t.b", 7);
      List<Long> ofA = new ArrayList<>();
      Value event = items.next();
      while (!event.at("topic").asText().equals("t.b")) {
        if (event.at("topic").asText().equals("t.a")) {
          ofA.add(event.at("value").asLong());
        }
        event = items.next();
      }
      assertThat(ofA).endsWith(5_000L).isSorted().hasSizeLessThan(100);
    }
  }

  @Test
  void losslessMeansThatPublishersWait() {
    try (var items = events.items("subscribe", Arguments.of("x.y"))) {
      CompletableFuture<Value> probe = CompletableFuture.supplyAsync(items::next);
      await().until(() -> events.call("publish", "x.y", -1).asLong() > 0);
      probe.join();
      var published =
          CompletableFuture.runAsync(
              () -> IntStream.range(0, 3_000).forEach(i -> events.call("publish", "x.y", i)));
      int expected = 0;
      while (expected < 3_000) {
        long got = items.next().at("value").asLong();
        if (got >= 0) {
          assertThat(got).isEqualTo(expected++);
        }
      }
      published.join();
    }
  }

  @Test
  void wrongTopicsAndPatternsAreRefused() {
    for (String topic : List.of("", "a..b", "a.*", ".a", "a.>")) {
      assertThatThrownBy(() -> events.call("publish", topic, 1)).hasMessageContaining("topic");
    }
    assertThatThrownBy(() -> events.call("publish", "stoa.peer.left", 1))
        .hasMessageContaining("the host's own");
    assertThatThrownBy(() -> events.stream("subscribe", "a.>.b").toList())
        .hasMessageContaining("`>` the last");
    assertThatThrownBy(() -> events.call("publish", 5, 1)).hasMessageContaining("must be text");
  }

  @Test
  void aReferenceInAnEventIsHeldUntilItHasArrived() {
    Value.Reference callback = host.reference(Map.of("call", call -> call.argument(0)));
    try (var items = events.items("subscribe", Arguments.of("c.>"))) {
      CompletableFuture<Value> probe = CompletableFuture.supplyAsync(items::next);
      await().until(() -> events.call("publish", "c.probe", "probe").asLong() > 0);
      probe.join();
      for (int i = 0; i < 50; i++) {
        events.call("publish", "c.n", i); // more than the subscriber has credit for
      }
      events.call("publish", "c.d", Value.list(callback));
      assertThat(held()).contains("events");
      Value event = items.next();
      while (!event.at("topic").asText().equals("c.d")) {
        event = items.next();
      }
      assertThat(event.at("value").at(0)).isEqualTo(callback);
      host.release(callback);
      await().until(() -> held().equals("[]"));
    }
  }

  private String held() {
    return host.module("stoa").call("references").toString();
  }

  @Test
  void oneCallerMayHaveSoManySubscriptionsAndAnotherStillHasItsOwn() {
    List<AutoCloseable> open = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      open.add(events.items("subscribe", Arguments.of("flood.*", true)));
    }
    await().until(() -> events.call("publish", "flood.in", 1).asLong() == 1_000);
    var oneMore = events.items("subscribe", Arguments.of("flood.*", true));
    open.add(oneMore);
    FailureException refused = catchThrowableOfType(FailureException.class, oneMore::next);
    assertThat(refused.failure().details())
        .containsAllEntriesOf(
            Map.of("quota", "subscriptions", "used", "1000", "max", "1000", "who", "user"));
    host.register("other", Map.of("first", call -> first()));
    CompletableFuture<Value> first = host.module("other").callAsync("first");
    await().until(() -> events.call("publish", "alone.in", 7).asLong() > 0);
    assertThat(first.join().asLong()).isEqualTo(7);
    assertThat(open).as("held until here").hasSize(1_001);
  }

  private Value first() {
    try (var items = events.items("subscribe", Arguments.of("alone.*"))) {
      return items.next().at("value");
    }
  }

  @Test
  void aSubscriberThatTakesNothingHoldsSoManyBytesAndNoMore() {
    String large = "x".repeat(1 << 20);
    try (var items = events.items("subscribe", Arguments.of("large.*", true))) {
      CompletableFuture<Value> probe = CompletableFuture.supplyAsync(items::next);
      await().until(() -> events.call("publish", "large.probe", 1).asLong() > 0);
      probe.join();
      for (int i = 0; i < 100; i++) {
        events.call("publish", "large.n" + i, large);
      }
      Set<String> left = new HashSet<>();
      for (String topic = ""; !topic.equals("large.n99"); ) {
        topic = items.next().at("topic").asText();
        left.add(topic);
      }
      // Those that its credit let through before, and those that waited.
      assertThat(left).hasSizeLessThan(32 + 16);
    }
  }
}
