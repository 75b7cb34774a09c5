package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.module.Placement;
import stoa.value.Value;

/// Channels between modules in contexts and workers, in both languages.
class ContextChannelsTest {
  private static final Map<Placement, Host> HOSTS = new EnumMap<>(Placement.class);
  private static final Map<Placement, Queue<LogLine>> LOGS = new EnumMap<>(Placement.class);

  private static final Path RESOURCES =
      Command.ROOT.resolve("scripts/src/test/resources/stoa/samples/context-channels");

  @BeforeAll
  static void start() {
    for (Placement placement : List.of(Placement.CONTEXT, Placement.WORKER)) {
      Queue<LogLine> log = new ConcurrentLinkedQueue<>();
      LOGS.put(placement, log);
      HOSTS.put(
          placement,
          TestHost.builder()
              .modules(RESOURCES)
              .grants(RESOURCES.resolve("grants.toml"))
              .placement(placement)
              .log(log::add)
              .start());
    }
  }

  @AfterAll
  static void close() {
    HOSTS.values().forEach(Host::close);
  }

  static Stream<Arguments> pairs() {
    return Stream.of(Placement.CONTEXT, Placement.WORKER)
        .flatMap(placement ->
            Stream.of("jstalker jschat", "jstalker pychat", "pytalker jschat", "pytalker pychat")
                .map(pair -> Arguments.of(placement, pair.split(" ")[0], pair.split(" ")[1])));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void twoModulesTalkAndKnowEachOther(Placement placement, String talker, String chat) {
    List<Object> values = List.of(1L, "text", 2.5, List.of(true), Map.of("k", 1L));
    Value said = HOSTS.get(placement).module(talker).call("echo", chat, values);
    assertThat(said.at("peer").asText()).matches(chat + "#\\d+");
    List<Object> got = said.at("got").asList().stream().map(Value::plain).toList();
    assertThat(got.getFirst()).isEqualTo(List.of(talker, "echo", talker));
    assertThat(got.subList(1, got.size())).isEqualTo(values);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void largePayloadsPass(Placement placement, String talker, String chat) {
    int size = 5 << 20;
    Value back = HOSTS.get(placement).module(talker).call("size", chat, size);
    assertThat(back.asLong()).isEqualTo(size);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatTheAcceptorThrowsReachesTheOpener(Placement placement, String talker, String chat) {
    List<Value> ending =
        HOSTS.get(placement).module(talker).call("ending", chat, "throws").asList();
    assertThat(ending.getFirst().asText()).isEqualTo("THREW");
    assertThat(ending.getLast().asText()).isEqualTo("TypeError: not today");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void unloadingTheModuleEndsItsChannels(Placement placement, String talker, String chat)
      throws Exception {
    Host host = HOSTS.get(placement);
    host.module(talker).call("size", chat, 1); // both are loaded
    LOGS.get(placement).clear();
    CompletableFuture<Value> ending = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> ending.complete(host.module(talker).call("ending", chat, "stays")));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(LOGS.get(placement)).anyMatch(line -> line.text().equals("stays")));
    host.module("stoa").call("unload", chat);
    List<Value> outcome = ending.get(20, TimeUnit.SECONDS).asList();
    assertThat(outcome.getFirst().asText()).isEqualTo("UNAVAILABLE");
    assertThat(outcome.getLast().asText()).contains("unloaded");
  }
}
