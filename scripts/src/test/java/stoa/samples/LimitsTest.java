package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.value.Value;

/// What a module may use, where it runs: whoever uses more gets RESOURCE_EXHAUSTED, the next call
/// is served, and nobody else notices.
@Timeout(120)
class LimitsTest {
  private static final String JAVASCRIPT =
      """
      import stoa from "stoa";
      const spinFor = (ms) => { const until = performance.now() + ms; while (performance.now() < until); };
      export const echo = (it) => it;
      export function spin() { for (;;); }
      export function stubborn() { for (;;) { try { for (;;); } finally { continue; } } }
      export function* busy(n, ms) { for (let i = 0; i < n; i++) { spinFor(ms); yield i; } }
      export async function rest(ms) { await new Promise((done) => setTimeout(done, ms)); return "rested"; }
      export function leave() { setTimeout(() => { for (;;); }, 0); }
      export const work = (ms) => spinFor(ms);
      export const hand = (n) => Array.from({ length: n }, () => stoa.ref({ it: () => 1 }));
      export function flood(n) { for (let i = 0; i < n; i++) console.log("flood " + "x".repeat(1000)); }
      """;

  private static final String PYTHON =
      """
      import asyncio, time, stoa
      def _spin_for(ms):
          until = time.monotonic() + ms / 1000
          while time.monotonic() < until:
              pass
      def echo(it):
          return it
      def spin():
          while True:
              pass
      def stubborn():
          while True:
              try:
                  while True:
                      pass
              except BaseException:
                  pass
      def busy(n, ms):
          for i in range(n):
              _spin_for(ms)
              yield i
      async def rest(ms):
          await asyncio.sleep(ms / 1000)
          return "rested"
      def work(ms):
          _spin_for(ms)
      class Thing:
          def it(self):
              return 1
      def hand(n):
          return [stoa.ref(Thing()) for i in range(n)]
      def flood(n):
          for i in range(n):
              print("flood " + "x" * 1000)
      """;

  @TempDir static Path folder;
  private static Path modules;
  private static Host host;
  private static final Map<String, LongAdder> PRINTED = new ConcurrentHashMap<>();
  private static final List<LogLine> WARNINGS = new CopyOnWriteArrayList<>();

  /// Of all modules here that name no others: one for each language in each placement serves all
  /// tests, since a worker takes seconds to start.
  private static final String LIMITS =
      """
      cpu = "700ms"
      queue = 10
      queued_mb = 1
      references = 50
      output_mb = 1
      """;

  /// One host for all: an engine that has run Python once starts its next context much faster.
  @BeforeAll
  static void start() throws IOException {
    modules = Files.createDirectory(folder.resolve("modules"));
    host =
        TestHost.builder()
            .modules(modules)
            .grants(folder.resolve("grants.toml"))
            .log(LimitsTest::log)
            .start();
  }

  private static void log(LogLine line) {
    if (line.text().startsWith("flood")) {
      PRINTED.computeIfAbsent(line.module(), _ -> new LongAdder()).increment();
    } else {
      WARNINGS.add(line);
    }
  }

  @AfterAll
  static void close() {
    host.close();
  }

  private static String module(String name, String main, String source, String manifest)
      throws IOException {
    Path place = Files.createDirectories(modules.resolve(name));
    Files.writeString(place.resolve(main), source);
    Files.writeString(place.resolve("module.toml"), manifest);
    return name;
  }

  /// @return the module that runs so
  private static String limited(String language, String placement) throws IOException {
    String name = language + "-" + placement;
    return Files.exists(modules.resolve(name)) ? name : limited(name, language, placement, LIMITS);
  }

  private static String limited(String name, String language, String placement, String limits)
      throws IOException {
    boolean python = language.equals("py");
    return module(
        name,
        python ? "main.py" : "main.mjs",
        python ? PYTHON : JAVASCRIPT,
        "placement = \"" + placement + "\"\n\n[limits]\n" + limits + "\n");
  }

  private static Failure failureOf(Runnable call) {
    Throwable thrown = catchThrowableOfType(Throwable.class, call::run);
    Throwable cause = thrown instanceof CompletionException e ? e.getCause() : thrown;
    assertThat(cause).isInstanceOf(FailureException.class);
    return ((FailureException) cause).failure();
  }

  private static void assertExhausted(Failure failure, String quota) {
    assertThat(failure.code())
        .as("%s %s", failure.code(), failure.message())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure.details()).containsEntry("quota", quota).containsKeys("used", "max");
    assertThat(failure.help()).isNotEmpty();
  }

  private List<String> why(String module) {
    return host.module("stoa").call("why", module).asList().stream()
        .filter(row -> row.at("what").asText().equals("exhausted"))
        .map(row -> row.at("why").asText())
        .toList();
  }

  // ---- CPU time ----

  @ParameterizedTest
  @CsvSource({"js, context", "py, context", "js, worker", "py, worker", "js, native", "py, native"})
  void aCallThatUsesTooMuchCpuTimeEndsAndTheNextIsServed(String language, String placement)
      throws IOException {
    String hog = limited(language, placement);
    String calm = limited("calm", "js", "context", "");
    assertThat(host.module(hog).call("echo", 1).asLong()).isEqualTo(1);
    host.module(calm).call("echo", 1);
    long begin = System.nanoTime();
    CompletableFuture<Value> spins = host.module(hog).callAsync("spin");
    while (!spins.isDone()) {
      assertThat(host.module(calm).within(Duration.ofSeconds(2)).call("echo", 2).asLong())
          .isEqualTo(2);
    }
    Failure failure = failureOf(spins::join);
    assertExhausted(failure, "cpu");
    assertThat(failure.details()).containsEntry("max", "700");
    assertThat(Long.parseLong(failure.details().get("used"))).isBetween(700L, 3_000L);
    assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(15).toNanos());
    assertThat(served(hog)).isEqualTo(3);
    assertThat(why(hog)).isNotEmpty();
  }

  /// A call that comes while the instance is being replaced may fail LOST.
  private long served(String module) {
    try {
      return host.module(module).within(Duration.ofSeconds(30)).call("echo", 3).asLong();
    } catch (FailureException e) {
      assertThat(e.failure().code()).isEqualTo(Code.LOST);
      return host.module(module).within(Duration.ofSeconds(30)).call("echo", 3).asLong();
    }
  }

  @ParameterizedTest
  @CsvSource({"js, context", "py, context", "js, worker", "py, native"})
  void codeThatDoesNotWantToStopIsStopped(String language, String placement) throws IOException {
    String hog = limited(language, placement);
    host.module(hog).call("echo", 1);
    assertExhausted(failureOf(() -> host.module(hog).call("stubborn")), "cpu");
    assertThat(served(hog)).isEqualTo(3);
  }

  @Test
  void aBuiltInThatNeverEndsCostsItsContextAndIsToldSo() throws IOException {
    String sum =
        module(
            "sum",
            "main.py",
            "def count():\n    return sum(range(2 * 10**8))\n\ndef echo(it):\n    return it\n",
            "[limits]\ncpu = \"300ms\"\n");
    host.module(sum).call("echo", 1);
    assertExhausted(failureOf(() -> host.module(sum).call("count")), "cpu");
    assertThat(served(sum)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"js, context", "py, context", "js, worker", "js, native", "py, native"})
  void aStreamHasTheTimeForEachItem(String language, String placement) throws IOException {
    String hog = limited(language, placement);
    host.module(hog).call("echo", 1);
    try (Items items = host.module(hog).items("busy", stoa.value.Arguments.of(8, 300))) {
      int count = 0;
      while (items.hasNext()) {
        assertThat(items.next().asLong()).isEqualTo(count++);
      }
      assertThat(count).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @CsvSource({"js, context", "py, context", "js, worker", "js, native", "py, native"})
  void aCallThatWaitsPaysNothingForTheWorkOfOthers(String language, String placement)
      throws IOException {
    String hog = limited(language, placement);
    host.module(hog).call("echo", 1);
    CompletableFuture<Value> rests = host.module(hog).callAsync("rest", 2_000);
    for (int i = 0; i < 5; i++) {
      host.module(hog).call("work", 200);
    }
    assertThat(rests.join().asText()).isEqualTo("rested");
  }

  @ParameterizedTest
  @CsvSource({"context", "worker"})
  void codeThatIsLeftBehindDoesNotKeepTheNextCallsOut(String placement) throws IOException {
    String hog = limited("js", placement);
    host.module(hog).call("echo", 1);
    host.module(hog).call("leave");
    assertThat(host.module(hog).within(Duration.ofSeconds(20)).call("echo", 3).asLong())
        .isEqualTo(3);
    await()
        .untilAsserted(() -> assertThat(said(hog, "interrupted: code that belongs")).isPositive());
  }

  // ---- time ----

  @ParameterizedTest
  @CsvSource({"py, context", "js, worker", "js, native"})
  void aCallThatTakesTooLongEndsAndAShorterDeadlineWins(String language, String placement)
      throws IOException {
    String slow = limited("slow-" + placement, language, placement, "wall = \"500ms\"");
    host.module(slow).call("echo", 1);
    assertExhausted(failureOf(() -> host.module(slow).call("rest", 20_000)), "wall");
    assertThat(
            failureOf(() -> host.module(slow).within(Duration.ofMillis(100)).call("rest", 20_000))
                .code())
        .isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(host.module(slow).call("rest", 10).asText()).isEqualTo("rested");
  }

  // ---- calls, queue, bytes ----

  @ParameterizedTest
  @ValueSource(strings = {"context", "worker", "native"})
  void moreOpenCallsThanAllowedAreRefused(String placement) throws IOException {
    String few = limited("few-" + placement, "js", placement, "calls = 10");
    host.module(few).call("echo", 1);
    List<CompletableFuture<Value>> calls =
        IntStream.range(0, 10).mapToObj(_ -> host.module(few).callAsync("rest", 1_000)).toList();
    assertExhausted(failureOf(() -> host.module(few).callAsync("echo", 1).join()), "open calls");
    calls.stream().limit(9).forEach(call -> assertThat(call.join().asText()).isEqualTo("rested"));
    assertThat(host.module(few).call("echo", 1).asLong()).isEqualTo(1);
    assertThat(why(few)).singleElement().asString().contains(few + "#1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"context", "worker"})
  void moreWaitingCallsThanAllowedAreRefused(String placement) throws IOException {
    String few = limited("js", placement);
    host.module(few).call("echo", 1);
    CompletableFuture<Value> busy = host.module(few).callAsync("work", 600);
    List<CompletableFuture<Value>> calls =
        IntStream.range(0, 20).mapToObj(n -> host.module(few).callAsync("echo", n)).toList();
    long refused = calls.stream().filter(call -> refusedFor(call, "waiting calls")).count();
    assertThat(refused).isBetween(10L, 12L);
    busy.join();
    assertThat(host.module(few).call("echo", 1).asLong()).isEqualTo(1);
  }

  private static boolean refusedFor(CompletableFuture<Value> call, String quota) {
    try {
      call.join();
      return false;
    } catch (CompletionException e) {
      Failure failure = ((FailureException) e.getCause()).failure();
      assertExhausted(failure, quota);
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"context", "worker"})
  void whatWaitsMayHaveSoManyBytes(String placement) throws IOException {
    String few = limited("js", placement);
    host.module(few).call("echo", 1);
    CompletableFuture<Value> busy = host.module(few).callAsync("work", 600);
    String large = "x".repeat(200_000);
    List<CompletableFuture<Value>> calls =
        IntStream.range(0, 10).mapToObj(_ -> host.module(few).callAsync("echo", large)).toList();
    assertThat(calls.stream().filter(call -> refusedFor(call, "bytes queued")).count())
        .isBetween(5L, 6L);
    busy.join();
    assertExhausted(
        failureOf(() -> host.module(few).call("echo", "x".repeat(2_000_000))), "bytes queued");
    assertThat(host.module(few).call("echo", large).asText()).isEqualTo(large);
  }

  // ---- references ----

  @ParameterizedTest
  @CsvSource({"js, context", "py, worker", "js, native", "py, native"})
  void moreReferencesThanAllowedAreNotHandedOut(String language, String placement)
      throws IOException {
    String shop = limited(language, placement);
    assertExhausted(failureOf(() -> host.module(shop).call("hand", 60)), "references");
    List<Value> handed = host.module(shop).call("hand", 40).asList();
    assertThat(host.object((Value.Reference) handed.getFirst()).call("it").asLong()).isEqualTo(1);
    assertThat(limit(shop, "references").at("used").asLong()).isEqualTo(40);
    assertExhausted(failureOf(() -> host.module(shop).call("hand", 20)), "references");
    handed.forEach(it -> host.release((Value.Reference) it));
    await().untilAsserted(() -> assertThat(limit(shop, "references").at("used").asLong()).isZero());
  }

  private Value limit(String module, String what) {
    return host.module("stoa").call("describe", module).at("limits").asList().stream()
        .filter(row -> row.at("what").asText().equals(what))
        .findFirst()
        .orElseThrow();
  }

  // ---- heap ----

  @Test
  void aWorkerWithoutMemoryIsReplacedAndItsCallSaysWhy() throws IOException {
    String small =
        module(
            "small",
            "main.js",
            """
            export function grow() { const all = []; for (;;) all.push(new Array(100_000).fill(all.length)); }
            export const echo = (it) => it;
            """,
            "placement = \"worker\"\nheap_mb = 128\n");
    host.module(small).call("echo", 1);
    Failure failure = failureOf(() -> host.module(small).call("grow"));
    assertExhausted(failure, "heap");
    assertThat(failure.details()).containsEntry("max", Integer.toString(128 << 20));
    assertThat(host.module(small).call("echo", 3).asLong()).isEqualTo(3);
  }

  // ---- output ----

  @ParameterizedTest
  @CsvSource({"js, context", "py, context", "js, worker", "py, worker", "js, native", "py, native"})
  void aFloodOfLinesIsCutOffAndSaidToBe(String language, String placement) throws IOException {
    String loud = limited(language, placement);
    host.module(loud).call("flood", 1_000);
    host.module(loud).call("flood", 1_000);
    assertThat(host.module(loud).call("echo", 1).asLong()).isEqualTo(1);
    await()
        .untilAsserted(
            () -> assertThat(said(loud, "from here on lines are left out")).isGreaterThan(0));
    assertThat(PRINTED.get(loud).sum()).isBetween(500L, 1_200L);
    await().untilAsserted(() -> assertThat(why(loud)).isNotEmpty());
    assertThat(limit(loud, "output").at("used").asLong()).isGreaterThan(900_000);
  }

  /// How often the host said it of a module.
  private static long said(String module, String start) {
    return WARNINGS.stream()
        .filter(line -> line.module().equals(module) && line.text().startsWith(start))
        .count();
  }

  // ---- what may be asked for ----

  @Test
  void moreThanTheDefaultNeedsAGrant() throws IOException {
    String lasting = limited("lasting", "js", "context", "cpu = \"30m\"");
    Failure failure = failureOf(() -> host.module(lasting).call("echo", 1));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("`" + lasting + "`", "30m", "10m");
    assertThat(failure.help()).isEqualTo("To allow it: stoa grant " + lasting + " host=time:30m");
    assertThat(failure.details()).containsEntry("grant", "host=time:30m");
    host.module("stoa").call("grant", lasting, List.of("host=time:30m"));
    await()
        .untilAsserted(
            () -> assertThat(host.module(lasting).call("echo", 1).asLong()).isEqualTo(1));
    assertThat(limit(lasting, "cpu").at("max").asLong()).isEqualTo(1_800_000);
  }

  @Test
  void aLargerHeapNeedsAGrant() throws IOException {
    String big =
        module(
            "big",
            "main.mjs",
            "export const echo = (it) => it;",
            "placement = \"worker\"\nheap_mb = 600\n");
    Failure failure = failureOf(() -> host.module(big).call("echo", 1));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.details()).containsEntry("grant", "host=memory:600m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "calls = 0",
        "calls = 1000000",
        "calls = \"10\"",
        "cpu = 10",
        "cpu = \"10 parsecs\"",
        "wall = \"0s\"",
        "queued_mb = 1000",
        "speed = 3"
      })
  void whatMakesNoSenseIsRefusedWithItsPlace(String limits) throws IOException {
    String odd = limited("odd", "js", "context", limits);
    Failure failure = failureOf(() -> host.module(odd).call("echo", 1));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("module.toml").contains(limits.split(" ")[0]);
  }
}
