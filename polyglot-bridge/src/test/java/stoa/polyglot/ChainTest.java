package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

/// Calls that lead back to a context that waits.
class ChainTest extends InLab {
  private static final String DOWN =
      """
      import stoa
      log = []
      def read():
          got = list(log)
          log.clear()
          return got
      def down(n, then="return"):
          here = [n, stoa.call.caller, stoa.call.cancelled]
          try:
              if n == 0:
                  return bottom(then)
              got = stoa.module("%s").down(n - 1, then)
              assert here == [n, stoa.call.caller, stoa.call.cancelled], here
              return got + 1
          finally:
              log.append(n)
      def bottom(then):
          if then == "raise": raise ValueError("at the bottom")
          if then == "wait": stoa.module("never").wait()
          if then == "spin":
              print("spinning")
              while True: pass
          return 0
      def quick(): return "quick"
      """;

  private void loadBoth() {
    lab.python("a", DOWN.formatted("b"));
    lab.python("b", DOWN.formatted("a"));
  }

  private CompletableFuture<Flow> never() {
    CompletableFuture<Flow> asked = new CompletableFuture<>();
    lab.modules.put(
        "never",
        (_, caller) -> {
          asked.complete(caller);
          return _ -> {};
        });
    return asked;
  }

  @Test
  void aSynchronousChainComesBackAsRecursion() {
    loadBoth();
    assertThat(Lab.result(lab.ask("a", "down", 20))).isEqualTo(new Value.Int(20));
    assertThat(Lab.result(lab.ask("a", "read")).plain())
        .isEqualTo(List.of(0L, 2L, 4L, 6L, 8L, 10L, 12L, 14L, 16L, 18L, 20L));
    assertThat(Lab.result(lab.ask("b", "down", 7))).isEqualTo(new Value.Int(7));
  }

  @Test
  void anExceptionAtTheBottomUnwindsEveryLevel() {
    loadBoth();
    Failure failure = Lab.failureOf(lab.ask("a", "down", 20, "raise"));
    assertThat(failure.code()).isEqualTo(Failure.Code.THREW);
    var thrown = ((Failure.ByGuest) failure).thrown();
    int hops = 0;
    while (thrown.cause().isPresent()) {
      thrown = thrown.cause().get();
      hops++;
    }
    assertThat(hops).isEqualTo(20);
    assertThat(thrown.type()).isEqualTo("ValueError");
    assertThat(Lab.result(lab.ask("a", "read")).asList()).hasSize(11);
    assertThat(Lab.result(lab.ask("a", "quick"))).isEqualTo(Value.of("quick"));
  }

  @Test
  void aCancelUnwindsEveryLevelAndRunsTheirFinallyBlocks() throws Exception {
    loadBoth();
    CompletableFuture<Flow> asked = never();
    Recorder recorder = lab.ask("a", "down", 20, "wait");
    asked.get(10, TimeUnit.SECONDS);
    Recorder other = lab.ask("a", "quick");
    assertThat(other.ended()).isFalse();
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    assertThat(Lab.result(other)).isEqualTo(Value.of("quick"));
    assertThat(Lab.result(lab.ask("a", "read")).asList()).hasSize(11);
    assertThat(Lab.result(lab.ask("b", "read")).asList()).hasSize(10);
    assertThat(Lab.result(lab.ask("a", "down", 4))).isEqualTo(new Value.Int(4));
  }

  @Test
  void aCancelInTheMiddleIsAnErrorForTheLevelsAbove() throws Exception {
    lab.python(
        "a",
        """
        import stoa
        def outer():
            try:
                return stoa.module("b").middle()
            except stoa.Error as e:
                return [e.code, stoa.call.cancelled, stoa.call.caller]
        def inner(): stoa.module("never").wait()
        """);
    lab.python("b", "import stoa\ndef middle(): return stoa.module('gate').inner()\n");
    CompletableFuture<Flow> asked = never();
    CompletableFuture<Flow> gate = new CompletableFuture<>();
    lab.modules.put(
        "gate",
        (invocation, caller) -> {
          Flow flow =
              lab.exchange
                  .as("gate", "gate")
                  .open(
                      new Invocation(
                          new stoa.call.Target.Module("a"),
                          "inner",
                          Payload.of(Arguments.NONE),
                          Invocation.Terms.DEFAULT,
                          invocation.chain().then(new stoa.call.Chain.Opener(this, 1), false)),
                      caller);
          gate.complete(flow);
          return flow;
        });
    Recorder recorder = lab.ask("a", "outer");
    asked.get(10, TimeUnit.SECONDS);
    gate.get(1, TimeUnit.SECONDS).send(new Signal.Cancel("in the middle"));
    assertThat(Lab.result(recorder).asList().subList(1, 3))
        .containsExactly(new Value.Bool(false), Value.of("user"));
  }

  @Test
  void aLoopAtTheBottomIsInterruptedAndTheContextsLiveOn() {
    loadBoth();
    Recorder recorder = lab.ask("a", "down", 6, "spin");
    await().until(() -> lab.lines.stream().anyMatch(line -> line.text().equals("spinning")));
    long start = System.nanoTime();
    recorder.callee.send(new Signal.Cancel("too long"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    assertThat(Lab.result(lab.ask("a", "quick"))).isEqualTo(Value.of("quick"));
    assertThat(Lab.result(lab.ask("b", "quick"))).isEqualTo(Value.of("quick"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    assertThat(Lab.result(lab.ask("a", "down", 4))).isEqualTo(new Value.Int(4));
  }

  @Test
  void aDeadlineReachesTheBottomAndEndsAllLevels() {
    loadBoth();
    never();
    Recorder recorder =
        lab.ask(
            "user",
            Invocation.of("a", "down", Payload.of(Arguments.of(8, "wait")))
                .with(Invocation.Terms.DEFAULT.with(Deadline.in(Duration.ofMillis(400)))));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.DEADLINE_EXCEEDED);
    assertThat(Lab.result(lab.ask("a", "quick"))).isEqualTo(Value.of("quick"));
  }

  @Test
  void whileItWaitsAContextRunsNothingOfOthers() throws Exception {
    lab.python(
        "a",
        """
        import asyncio, stoa
        log = []
        async def sleeper():
            while True:
                await asyncio.sleep(0.002)
                log.append("other")
        def counting():
            for i in range(1000):
                log.append("item")
                yield i
        def waits():
            log.clear()
            stoa.module("never").wait()
            seen = list(log)
            log.clear()
            return seen
        async def nested():
            await asyncio.sleep(0.01)
            log.append("nested")
            return await asyncio.gather(one(1), one(2))
        async def one(x):
            await asyncio.sleep(0.005)
            return x
        """);
    Recorder sleeper = lab.ask("a", "sleeper");
    Recorder stream =
        lab.ask(
            "user",
            Invocation.of("a", "counting", Payload.of(Arguments.NONE))
                .with(Invocation.Terms.DEFAULT.withCredit(1)));
    await().until(() -> stream.items().size() == 1);
    CompletableFuture<Invocation> asked = new CompletableFuture<>();
    CompletableFuture<Flow> caller = new CompletableFuture<>();
    lab.modules.put(
        "never",
        (invocation, flow) -> {
          caller.complete(flow);
          asked.complete(invocation);
          return _ -> {};
        });
    Recorder waits = lab.ask("a", "waits");
    Invocation blocking = asked.get(10, TimeUnit.SECONDS);
    assertThat(blocking.chain().blocking()).isTrue();
    stream.callee.send(new Signal.Credit(10));
    sleeper.callee.send(new Signal.Cancel("not needed"));
    Recorder nested =
        lab.ask(
            "never",
            Invocation.of("a", "nested", Payload.of(Arguments.NONE))
                .with(blocking.chain().then(new stoa.call.Chain.Opener(this, 1), false)));
    assertThat(Lab.result(nested).plain()).isEqualTo(List.of(1L, 2L));
    caller.join().send(new Signal.Returned(Payload.NULL));
    assertThat(Lab.result(waits).plain()).isEqualTo(List.of("nested"));
    await().until(() -> stream.items().size() == 11);
  }

  @Test
  void theCurrentCallIsRightAfterEveryAwaitAndInInterleavedCalls() {
    for (String language : List.of("js", "py")) {
      if (language.equals("js")) {
        lab.javascript(
            "a",
            """
            import stoa from "stoa";
            const pause = (ms) => new Promise((r) => setTimeout(r, ms));
            export async function who(n) {
              const seen = [stoa.call.caller];
              await pause(n % 3); seen.push(stoa.call.caller);
              await stoa.module("b").who(n); seen.push(stoa.call.caller);
              await Promise.all([pause(1), null]); seen.push(stoa.call.caller);
              return [...new Set(seen)];
            }
            """);
        lab.javascript(
            "b",
            "import stoa from 'stoa'; export async function who(n) { await null; return stoa.call.caller; }");
      } else {
        lab.python(
            "a",
            """
            import asyncio, stoa
            async def who(n):
                seen = [stoa.call.caller]
                await asyncio.sleep(n % 3 / 1000); seen.append(stoa.call.caller)
                seen.append("a" if await stoa.aio.module("b").who(n) == "a" else "wrong"); seen[-1:] = [stoa.call.caller]
                await asyncio.gather(asyncio.sleep(0.001), asyncio.sleep(0)); seen.append(stoa.call.caller)
                return sorted(set(seen))
            """);
        lab.python("b", "import stoa\ndef who(n): return stoa.call.caller\n");
      }
      List<Recorder> calls =
          java.util.stream.IntStream.range(0, 40)
              .mapToObj(n ->
                  lab.ask("user" + n % 7, Invocation.of("a", "who", Payload.of(Arguments.of(n)))))
              .toList();
      for (int n = 0; n < calls.size(); n++) {
        assertThat(Lab.result(calls.get(n)).plain()).isEqualTo(List.of("user" + n % 7));
      }
    }
  }
}
