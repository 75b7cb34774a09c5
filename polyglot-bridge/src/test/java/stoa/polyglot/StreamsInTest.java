package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.module.LoadedModule;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

/// Streams from the caller, with contexts at either end.
class StreamsInTest extends InLab {
  private static final String JS_SINK =
      """
      import stoa from "stoa";
      let log = [];
      export const read = () => log.splice(0);
      export async function sum(items) { let n = 0; for await (const x of items) n += x; return n; }
      export async function named(a, b, items) { const got = []; for await (const x of typeof items === 'number' ? b : items) got.push(x); return typeof items === 'number' ? [a, got, items] : [a, b, got]; }
      export async function* double(items) { for await (const x of items) yield 2 * x; }
      export async function first(items) { for await (const x of items) return x; }
      export async function waits(items) { console.log('waiting'); try { for await (const x of items); } catch (e) { log.push(e.code); throw e; } finally { log.push("closed"); } }
      export const none = () => 1;
      export const ignores = (items) => "done";
      """;

  private static final String PY_SINK =
      """
      import stoa
      log = []
      def read():
          got = list(log)
          log.clear()
          return got
      def sum(items):
          n = 0
          for x in items: n += x
          return n
      async def asum(items):
          n = 0
          async for x in items: n += x
          return n
      def named(a, b, items): return [a, list(b), items] if type(items) is int else [a, b, list(items)]
      def double(items):
          for x in items: yield 2 * x
      async def adouble(items):
          async for x in items: yield 2 * x
      def first(items):
          for x in items: return x
      def waits(items):
          print("waiting")
          try:
              for x in items: pass
          except BaseException as e:
              log.append(type(e).__name__)
              raise
          finally:
              log.append("closed")
      async def awaits(items):
          print("waiting")
          try:
              async for x in items: pass
          finally:
              log.append("closed")
      def none(): return 1
      def ignores(items): return "done"
      async def wrong(items):
          for x in items: pass
      """;

  private LoadedModule sink(String language) {
    return language.equals("js") ? lab.javascript("sink", JS_SINK) : lab.python("sink", PY_SINK);
  }

  private Recorder stream(String method, Object... arguments) {
    return lab.ask(
        "user",
        Invocation.of("sink", method, Payload.of(Arguments.of(arguments)))
            .with(Invocation.Terms.DEFAULT.with(Invocation.Shape.STREAMS_IN)));
  }

  private static void items(Flow callee, long from, long to) {
    LongStream.range(from, to)
        .forEach(n -> callee.send(new Signal.Item(Payload.of(new Value.Int(n)))));
  }

  private static int credit(Recorder recorder) {
    return recorder.signals.stream()
        .mapToInt(s -> s instanceof Signal.Credit(int items) ? items : 0)
        .sum();
  }

  @ParameterizedTest
  @CsvSource({"js, sum", "py, sum", "py, asum"})
  void aMethodReadsWhatItsCallerStreamsAndGivesCreditInHalves(String language, String method) {
    sink(language);
    Recorder recorder = stream(method);
    items(recorder.callee, 0, 32);
    await().until(() -> credit(recorder) == 32);
    items(recorder.callee, 32, 50);
    recorder.callee.send(new Signal.End());
    assertThat(Lab.result(recorder)).isEqualTo(new Value.Int(49 * 50 / 2));
    assertThat(credit(recorder)).isEqualTo(48);
    assertThat(recorder.signals).contains(new Signal.Credit(16));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void theStreamIsOneMoreArgumentBehindTheOthers(String language) {
    sink(language);
    Recorder recorder = stream("named", 1, 2);
    items(recorder.callee, 5, 7);
    recorder.callee.send(new Signal.End());
    assertThat(Lab.result(recorder).plain()).isEqualTo(List.of(1L, 2L, List.of(5L, 6L)));
    Failure failure = Lab.failureOf(stream("none"));
    assertThat(failure.code()).isEqualTo(Failure.Code.BAD_ARGUMENT);
    assertThat(failure.help()).contains("none()");
    assertThat(Lab.failureOf(stream("named", 1)).message()).contains("needs `items`");
  }

  @ParameterizedTest
  @CsvSource({"js, double", "py, double", "py, adouble"})
  void streamsFlowBothWaysItemByItem(String language, String method) {
    sink(language);
    Recorder recorder = stream(method);
    for (int n = 0; n < 40; n++) {
      int seen = n;
      items(recorder.callee, n, n + 1);
      if (n == 20) {
        recorder.callee.send(new Signal.Credit(100));
      }
      await().pollInterval(Duration.ofMillis(2)).until(() -> recorder.items().size() == seen + 1);
    }
    recorder.callee.send(new Signal.End());
    assertThat(Lab.result(recorder)).isEqualTo(Value.NULL);
    assertThat(recorder.items()).isEqualTo(LongStream.range(0, 40).mapToObj(n -> 2 * n).toList());
  }

  @ParameterizedTest
  @CsvSource({"js, waits", "py, waits", "py, awaits"})
  void aReaderThatWaitsIsCancelledAndCleansUp(String language, String method) {
    sink(language);
    Recorder recorder = stream(method);
    items(recorder.callee, 0, 3);
    Recorder queued = lab.ask("sink", "read");
    if (!method.equals("waits") || language.equals("js")) {
      Lab.result(queued);
    }
    await().until(() -> lab.lines.stream().anyMatch(line -> line.text().equals("waiting")));
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    List<Object> log = new ArrayList<>();
    Lab.result(queued).asList().forEach(line -> log.add(line.plain()));
    await()
        .until(() -> {
          Lab.result(lab.ask("sink", "read")).asList().forEach(l -> log.add(l.plain()));
          return log.contains("closed");
        });
    if (language.equals("js")) {
      assertThat(log).contains("CANCELLED");
    } else if (method.equals("waits")) {
      assertThat(log).contains("Cancelled");
    }
  }

  @Test
  void blockingOnAStreamInAsyncCodeIsRefused() {
    sink("py");
    assertThat(Lab.failureOf(stream("wrong")).message()).contains("async for");
  }

  private static final String JS_SOURCE =
      """
      import stoa from "stoa";
      const sink = stoa.module("sink");
      let log = [];
      export const read = () => log.splice(0);
      function* count(n) { try { for (let i = 0; i < n; i++) { log.push(i); yield i; } } finally { log.push("closed"); } }
      async function* slow(n) { try { for (let i = 0; i < n; i++) { await null; yield i; } } finally { log.push("closed"); } }
      class Broken extends Error {}
      async function* broken() { yield 1; throw new Broken("producer broke"); }
      export const sums = async () => [await sink.sum(count(100)), await sink.sum(slow(100)), await sink.sum([1].values())];
      export const named = () => sink.named(1, count(2), stoa.named({ items: 2 }));
      export async function doubles() { const got = []; for await (const x of sink.double(slow(100))) got.push(x); return got; }
      export async function piped() { const got = []; for await (const x of sink.double(sink.double(count(40)))) got.push(x); return got; }
      export async function early() { return [await sink.first(count(1e9)), await sink.ignores(slow(1e9))]; }
      export async function breaks() { try { await sink.sum(broken()); } catch (e) { return [e instanceof Broken, e.message]; } }
      export const data = async () => [await sink.ignores([1, 2]), await sink.ignores("text"), await sink.ignores(new Map([["a", 1]])), await sink.ignores(new Uint8Array(2))];
      export async function item() { try { await sink.sum([new Set()].values()); } catch (e) { return e.message; } }
      export const forever = () => sink.waits(slow(1e9));
      export async function stops() { for await (const x of sink.double(count(1e9))) if (x === 10) return x; }
      """;

  private static final String PY_SOURCE =
      """
      import stoa
      sink = stoa.module("sink")
      asink = stoa.aio.module("sink")
      log = []
      def read():
          got = list(log)
          log.clear()
          return got
      def count(n):
          try:
              for i in range(n):
                  log.append(i)
                  yield i
          finally:
              log.append("closed")
      async def slow(n):
          try:
              for i in range(n): yield i
          finally:
              log.append("closed")
      class Broken(Exception): pass
      def broken():
          yield 1
          raise Broken("producer broke")
      async def abroken():
          yield 1
          raise Broken("producer broke")
      def sums(): return [sink.sum(count(100)), sink.sum(iter([1])), sink.sum(x for x in range(50))]
      async def asums(): return [await asink.sum(count(100)), await asink.sum(slow(1)), await asink.sum(iter(range(50)))]
      def doubles(): return [x for x in sink.stream.double(count(100))]
      async def adoubles(): return [x async for x in asink.stream.double(slow(100))]
      def piped(): return list(sink.stream.double(sink.stream.double(count(40))))
      def early(): return [sink.first(count(10**9)), sink.ignores(count(10**9))]
      async def aearly(): return [await asink.first(slow(10**9)), await asink.ignores(count(10**9))]
      def breaks():
          try: sink.sum(broken())
          except Broken as e: return [True, str(e)]
      async def abreaks():
          try: await asink.sum(abroken())
          except Broken as e: return [True, str(e)]
      def data(): return [sink.ignores(x) for x in ([1, 2], "text", {"a": 1}, b"xx")]
      def item():
          try: sink.sum(iter([{1}]))
          except TypeError as e: return str(e)
      def forever(): return sink.waits(count(10**9))
      async def aforever(): return await asink.waits(slow(10**9))
      def stops():
          for x in sink.stream.double(count(10**9)):
              if x == 10: return x
      def refused():
          try: sink.sum(slow(1))
          except TypeError as e: return str(e)
      """;

  private void source(String language) {
    if (language.equals("js")) {
      lab.javascript("source", JS_SOURCE);
    } else {
      lab.python("source", PY_SOURCE);
    }
  }

  private Object ask(String method) {
    return Lab.result(lab.ask("source", method)).plain();
  }

  /// The generators of both calls are in one context, and synchronous: one goes on while the other
  /// waits for what it gives.
  @Test
  void callsOfOneContextThatFeedEachOtherThroughTheirCallerGoOn() {
    sink("py");
    source("js");
    List<Long> all = LongStream.range(0, 40).mapToObj(n -> 4 * n).toList();
    for (int round = 0; round < 30; round++) {
      assertThat(ask("piped")).isEqualTo(all);
    }
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, py"})
  void aGuestStreamsToAnother(String from, String to) {
    sink(to);
    source(from);
    assertThat(ask("sums")).isIn(List.of(4950L, 4950L, 1L), List.of(4950L, 1L, 1225L));
    List<Long> doubled = LongStream.range(0, 100).mapToObj(n -> 2 * n).toList();
    assertThat(ask("doubles")).isEqualTo(doubled);
    if (from.equals("py")) {
      assertThat(ask("asums")).isEqualTo(List.of(4950L, 0L, 1225L));
      assertThat(ask("adoubles")).isEqualTo(doubled);
    } else {
      assertThat(ask("named")).isEqualTo(List.of(1L, List.of(0L, 1L), 2L));
      assertThat(ask("piped")).isEqualTo(LongStream.range(0, 40).mapToObj(n -> 4 * n).toList());
    }
    assertThat(ask("data")).isEqualTo(List.of("done", "done", "done", "done"));
  }

  @ParameterizedTest
  @CsvSource({"js, js", "js, py", "py, js", "py, py"})
  void aCallThatEndsEarlyClosesTheProducer(String from, String to) {
    sink(to);
    source(from);
    ask("read");
    assertThat(ask("early")).isEqualTo(List.of(0L, "done"));
    if (from.equals("py")) {
      assertThat(ask("aearly")).isEqualTo(List.of(0L, "done"));
    }
    int calls = from.equals("py") ? 3 : 2;
    List<Object> log = new ArrayList<>();
    await()
        .until(() -> {
          log.addAll((List<?>) ask("read"));
          return log.stream().filter("closed"::equals).count() >= calls;
        });
    assertThat(ask("stops")).isEqualTo(10L);
    await().until(() -> ((List<?>) ask("read")).contains("closed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py"})
  void aProducerThatBreaksCancelsTheCallAndItsCallerGetsTheVeryError(String language) {
    sink("js");
    source(language);
    assertThat(ask("breaks")).isEqualTo(List.of(true, "producer broke"));
    if (language.equals("py")) {
      assertThat(ask("abreaks")).isEqualTo(List.of(true, "producer broke"));
      assertThat(ask("refused")).asString().contains("stoa.aio");
    }
    assertThat(ask("item")).asString().contains("set");
  }

  @ParameterizedTest
  @CsvSource({"js, forever", "py, forever", "py, aforever"})
  void cancellingTheCallerStopsItsProducerAndTheReader(String language, String method) {
    sink("js");
    source(language);
    Recorder recorder = lab.ask("source", method);
    await().until(() -> lab.lines.stream().anyMatch(line -> line.text().equals("waiting")));
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    await().until(() -> ((List<?>) ask("read")).contains("closed"));
    await().until(() -> Lab.result(lab.ask("sink", "read")).asList().contains(Value.of("closed")));
  }
}
