package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.module.Placement;
import stoa.value.Json;
import stoa.value.Value;

/// Channels between processes in JavaScript and Python, through the host and direct.
@Timeout(60)
class ProcessChannelsTest {
  private static final List<String> MODULES = List.of("talkjs", "talkpy", "talkaio");
  private static final Path RESOURCES =
      Command.ROOT.resolve("scripts/src/test/resources/stoa/samples/channels");

  private static final BlockingQueue<LogLine> LOG = new LinkedBlockingQueue<>();
  private static Host host;

  @BeforeAll
  static void start() {
    host =
        TestHost.builder()
            .modules(RESOURCES)
            .grants(RESOURCES.resolve("grants.toml"))
            .placement(Placement.NATIVE)
            .log(LOG::add)
            .start();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  /// Who opens, who takes, whether it is direct.
  static Stream<Arguments> pairs() {
    return MODULES.stream()
        .flatMap(opener ->
            MODULES.stream()
                .filter(taker -> !taker.equals(opener))
                .flatMap(taker ->
                    Stream.of(true, false).map(direct -> Arguments.of(opener, taker, direct))));
  }

  private static Value call(String module, String method, Object... arguments) {
    return host.module(module).call(method, arguments);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bothEndsKnowTheOtherAndValuesGoBothWays(String opener, String taker, boolean direct) {
    List<Object> values = List.of(1, "a", List.of(true, 2.5), new byte[] {0, 1});
    Value all = call(opener, "ask", taker, direct, values);
    assertThat(all.at(0).asText()).isEqualTo(taker + "#1");
    assertThat(all.at(1).asBoolean()).isEqualTo(direct);
    assertThat(Json.write(all.at(2)))
        .isEqualTo("[\"%s\",\"lobby\",%s,\"%s\"]".formatted(opener, direct, opener));
    assertThat(Json.write(all.at(3))).isEqualTo("1");
    assertThat(Json.write(all.at(5))).isEqualTo("[true,2.5]");
    assertThat(Json.write(all.at(6))).isEqualTo("{\"$bytes\":\"AAE=\"}");
    assertThat(all.at(7).asText()).isEqualTo("bye");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void largeValuesPass(String opener, String taker, boolean direct) {
    assertThat(call(opener, "flood", taker, direct, 3, 5 << 20).asLong()).isEqualTo(15 << 20);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bothSidesSendAtOnce(String opener, String taker, boolean direct) {
    assertThat(call(opener, "flood", taker, direct, 150, 100_000).asLong()).isEqualTo(15_000_000);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatTheAcceptorThrowsFailsTheChannel(String opener, String taker, boolean direct) {
    FailureException failed =
        catchThrowableOfType(
            FailureException.class,
            () -> call(opener, "ask", taker, direct, List.of("one", "throw")));
    assertThat(failed).hasMessageContaining("enough");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theDeathOfTheOtherSideIsHeardWithinSeconds(String opener, String taker, boolean direct) {
    long begun = System.nanoTime();
    FailureException failed =
        catchThrowableOfType(
            FailureException.class, () -> call(opener, "ask", taker, direct, List.of("die")));
    assertThat(failed.failure().code()).isEqualTo(Failure.Code.THREW);
    assertThat(failed.failure().details()).containsEntry("code", "LOST");
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(5));
  }

  @ParameterizedTest
  @CsvSource({"talkjs, talkpy, true", "talkaio, talkjs, false"})
  void aModuleThatIsUnloadedLeavesItsChannels(String opener, String taker, boolean direct)
      throws Exception {
    LOG.clear();
    CompletableFuture<Value> held =
        CompletableFuture.supplyAsync(() -> call(opener, "hold", taker, direct));
    while (!LOG.take().text().contains("it is open")) {}
    host.module("stoa").call("unload", taker);
    assertThat(held).failsWithin(50, TimeUnit.SECONDS);
  }

  @Test
  void whoHasNoAcceptorTakesNone(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("plain.py"), "def hello():\n    return 'hello'\n");
    Files.copy(RESOURCES.resolve("talkjs.mjs"), folder.resolve("talkjs.mjs"));
    try (Host other =
        TestHost.builder()
            .modules(folder)
            .grants(RESOURCES.resolve("grants.toml"))
            .placement(Placement.NATIVE)
            .start()) {
      FailureException failed =
          catchThrowableOfType(
              FailureException.class,
              () -> other.module("talkjs").call("ask", "plain", true, List.of()));
      assertThat(failed.failure().details()).containsEntry("code", "NO_SUCH_METHOD");
      assertThat(failed).hasMessageContaining("`plain` takes no channels.");
    }
  }

  @Test
  void theTransferSampleSendsAFileFromProcessToProcess(@TempDir Path folder) throws Exception {
    byte[] bytes = new byte[3_000_000];
    new Random(5).nextBytes(bytes);
    Path from = Files.write(folder.resolve("from"), bytes);
    Path to = folder.resolve("to");
    Path user = Files.createDirectory(folder.resolve("user"));
    transfer(user, "grant", "send", "--yes").succeeded();
    transfer(user, "grant", "send", "read=" + from).succeeded();
    transfer(user, "grant", "store", "write=" + folder).succeeded();
    Command run = transfer(user, "call", "send.file", from.toString(), to.toString()).succeeded();
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    assertThat(Json.read(run.out()))
        .isEqualTo(
            Json.read("{\"bytes\":3000000,\"sha256\":\"%s\",\"direct\":true}".formatted(sum)));
    assertThat(to).hasBinaryContent(bytes);
  }

  /// @param user where the grants of the sample are kept
  private static Command transfer(Path user, String verb, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(Command.ROOT.resolve("stoa").toString(), verb));
    command.addAll(
        List.of("--modules", Command.ROOT.resolve("scripts/transfer/modules").toString()));
    command.addAll(List.of(words));
    return Command.run(
        user, Map.of("STOA_BUILD", "off", "XDG_DATA_HOME", user.toString()), command);
  }
}
