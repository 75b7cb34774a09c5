package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static stoa.polyglot.Lab.call;
import static stoa.polyglot.Lab.failure;
import static stoa.polyglot.Lab.failureOf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Thrown;
import stoa.module.Console;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

class JavaScriptCallTest extends InLab {
  static final String STREAMS =
      """
      import stoa from "stoa";
      export const log = [];
      export const read = () => log.splice(0);
      export function* count(n) { try { for (let i = 0; i < n; i++) { log.push(i); yield i; } } finally { log.push("closed"); } }
      export async function* slow(n) { try { for (let i = 0; i < n; i++) { await null; yield i; } } finally { log.push("closed"); } }
      export async function* stuck() { try { yield 1; await new Promise(() => {}); } finally { log.push("closed"); } }
      export async function wait() { await new Promise(() => {}); }
      export function spin() { console.log('spinning'); for (;;) {} }
      export function nested() { console.log('spinning'); for (;;) { try { for (;;) {} } catch {} finally { for (;;) {} } } }
      export function quick() { return 1; }
      export function* fails() { yield 1; throw new RangeError("broke"); }
      export const deadline = () => stoa.call.deadline;
      """;

  @Test
  void itemsAreSentOnlyForCredit() {
    LoadedModule module = lab.javascript(STREAMS);
    Recorder recorder = Lab.open(module, "count", Arguments.of(5), 0);
    call(module, "quick");
    assertThat(recorder.signals).isEmpty();
    recorder.callee.send(new Signal.Credit(2));
    await().until(() -> recorder.items().size() == 2);
    assertThat(call(module, "read").plain()).isEqualTo(List.of(0L, 1L));
    recorder.callee.send(new Signal.Credit(10));
    assertThat(Lab.result(recorder)).isEqualTo(Value.NULL);
    assertThat(recorder.items()).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void aLongStreamLetsOtherCallsThrough() {
    LoadedModule module = lab.javascript(STREAMS);
    for (String method : List.of("count", "slow")) {
      Recorder recorder = Lab.open(module, method, Arguments.of(20_000), 1_000_000);
      assertThat(call(module, "quick")).isEqualTo(new Value.Int(1));
      assertThat(recorder.ended()).isFalse();
      Lab.result(recorder);
      assertThat(recorder.items()).hasSize(20_000);
    }
  }

  @Test
  void anEmptyStreamSaysEnd() {
    LoadedModule module = lab.javascript(STREAMS);
    Recorder recorder = Lab.open(module, "slow", Arguments.of(0));
    Lab.result(recorder);
    assertThat(recorder.signals.getFirst()).isInstanceOf(Signal.End.class);
  }

  @Test
  void cancellingAStreamRunsItsFinallyBlocks() {
    LoadedModule module = lab.javascript(STREAMS);
    for (String method : List.of("count", "slow")) {
      Recorder recorder = Lab.open(module, method, Arguments.of(100), 3);
      await().until(() -> recorder.items().size() == 3);
      recorder.callee.send(new Signal.Cancel("enough"));
      assertThat(failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
      assertThat(call(module, "read").asList()).endsWith(Value.of("closed"));
    }
  }

  @Test
  void anErrorInAStreamFailsItAfterItsItems() {
    LoadedModule module = lab.javascript(STREAMS);
    Recorder recorder = Lab.open(module, "fails", Arguments.NONE);
    assertThat(failureOf(recorder).message()).isEqualTo("RangeError: broke");
    assertThat(recorder.items()).containsExactly(1L);
  }

  @Test
  void aWaitingCallIsCancelledAtOnce() {
    LoadedModule module = lab.javascript(STREAMS);
    Recorder recorder = Lab.open(module, "wait", Arguments.NONE);
    call(module, "quick");
    recorder.callee.send(new Signal.Cancel("changed my mind"));
    assertThat(failureOf(recorder).message()).contains("changed my mind");
    assertThat(call(module, "quick")).isEqualTo(new Value.Int(1));
  }

  @Test
  void endlessLoopsAreInterruptedAndTheContextLivesOn() {
    LoadedModule module = lab.javascript(STREAMS);
    for (String method : List.of("spin", "nested")) {
      Recorder other = Lab.open(module, "wait", Arguments.NONE);
      call(module, "quick");
      Recorder recorder = Lab.open(module, method, Arguments.NONE);
      await().until(() -> lab.lines.stream().anyMatch(line -> line.text().equals("spinning")));
      lab.lines.clear();
      Recorder queued = Lab.open(module, "quick", Arguments.NONE);
      long start = System.nanoTime();
      recorder.callee.send(new Signal.Cancel("too long"));
      assertThat(failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
      assertThat(failureOf(other).message()).contains("lab." + method);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(Lab.result(queued)).isEqualTo(new Value.Int(1));
      assertThat(call(module, "quick")).isEqualTo(new Value.Int(1));
    }
  }

  @Test
  void aCallThatWaitsBehindAnotherIsCancelledWithoutHarm() {
    LoadedModule module =
        lab.javascript(
            STREAMS
                + "export function busy(ms) { const end = Date.now() + ms; while (Date.now() < end); return 'done'; }");
    Recorder busy = Lab.open(module, "busy", Arguments.of(600));
    Recorder queued = Lab.open(module, "quick", Arguments.NONE);
    queued.callee.send(new Signal.Cancel("no time"));
    assertThat(failureOf(queued).code()).isEqualTo(Failure.Code.CANCELLED);
    assertThat(busy.ended()).isFalse();
    assertThat(Lab.result(busy)).isEqualTo(Value.of("done"));
  }

  @Test
  void modulesCallEachOther() {
    lab.modules.put(
        "echo",
        Lab.answering((method, arguments) ->
            Value.of(
                List.of(method, Value.of(arguments.positional()), Value.of(arguments.named())))));
    LoadedModule module =
        lab.javascript(
            """
            import stoa, { StoaError } from "stoa";
            export const ask = () => stoa.module("echo").hello(1, [2], stoa.named({ c: 3 }));
            export async function absent() { try { await stoa.module("nix").f(); } catch (e) { return [e instanceof StoaError, e instanceof Error, e.code, e.message, e.help, e.retryable, e.name]; } }
            export const lets = () => stoa.module("nix").f();
            export const namedStream = () => stoa.module("echo").stream(1);
            export const names = () => Object.keys(stoa).sort().join(" ");
            export const notThenable = async () => typeof (await stoa.module("echo")).x;
            """);
    assertThat(call(module, "ask").plain())
        .isEqualTo(List.of("hello", List.of(1L, List.of(2L)), Map.of("c", 3L)));
    assertThat(call(module, "absent").plain())
        .isEqualTo(
            List.of(
                true,
                true,
                "NO_SUCH_MODULE",
                "No module `nix`.",
                "Look at stoa ls.",
                false,
                "StoaError"));
    Failure uncaught = failure(module, "lets");
    assertThat(uncaught.details()).containsEntry("code", "NO_SUCH_MODULE");
    Thrown thrown = ((Failure.ByGuest) uncaught).thrown();
    assertThat(thrown.type()).isEqualTo("StoaError");
    assertThat(thrown.message()).contains("NO_SUCH_MODULE", "No module `nix`");
    assertThat(call(module, "notThenable").plain()).isEqualTo("function");
    assertThat(call(module, "namedStream").at(0).plain()).isEqualTo("stream");
    assertThat(call(module, "names").plain())
        .as("the same as under node")
        .isEqualTo(
            "Error StoaError accept call channel connect csv data env events fetch json lines log module named oneWay read ref release run script write");
  }

  @Test
  void aTraceShowsEveryHop() {
    lab.load(
        lab.source(
            "deep",
            ".mjs",
            Language.JAVASCRIPT,
            ModuleSource.Kind.MODULE,
            "export function f() { throw new RangeError('deep down'); }"));
    lab.load(
        lab.source(
            "middle",
            ".mjs",
            Language.JAVASCRIPT,
            ModuleSource.Kind.MODULE,
            "import stoa from 'stoa'; export async function g() { return await stoa.module('deep').f(); }"));
    LoadedModule top =
        lab.javascript(
            "import stoa from 'stoa'; export async function h() { return await stoa.module('middle').g(); } export async function seen() { try { await h(); } catch (e) { return [e.code, e.remote.type, e.remote.cause.type, e.remote.cause.frames[0].file]; } }");
    Thrown thrown = ((Failure.ByGuest) failure(top, "h")).thrown();
    assertThat(thrown.module()).isEqualTo("lab");
    assertThat(thrown.cause().orElseThrow().module()).isEqualTo("middle");
    Thrown deepest = thrown.cause().orElseThrow().cause().orElseThrow();
    assertThat(deepest.module()).isEqualTo("deep");
    assertThat(deepest.type()).isEqualTo("RangeError");
    assertThat(deepest.frames())
        .containsExactly(new Thrown.Frame("javascript", "f", "deep.mjs", 1));
    assertThat(call(top, "seen").plain())
        .isEqualTo(List.of("THREW", "StoaError", "RangeError", "deep.mjs"));
  }

  @Test
  void streamsOfOtherModulesAreRead() {
    lab.load(lab.source("numbers", ".mjs", Language.JAVASCRIPT, ModuleSource.Kind.MODULE, STREAMS));
    LoadedModule module =
        lab.javascript(
            """
            import stoa from "stoa";
            const numbers = stoa.module("numbers");
            export async function all() { const got = []; for await (const x of numbers.stream.count(100)) got.push(x); return got; }
            export const gathered = () => numbers.slow(50);
            export const none = () => numbers.slow(0);
            export async function some() { for await (const x of numbers.count(1000)) if (x === 5) break; return "some"; }
            export const pass = () => numbers.stream.count(30);
            export async function wrong() { for await (const x of numbers.quick()); }
            export async function* twice() { for await (const x of numbers.stream.slow(3)) yield x * 2; }
            """);
    assertThat(call(module, "all").asList()).hasSize(100);
    assertThat(call(module, "gathered").plain())
        .isEqualTo(LongStream.range(0, 50).boxed().toList());
    assertThat(call(module, "none").plain()).isEqualTo(List.of());
    call(lab.modulesLoaded("numbers"), "read");
    assertThat(call(module, "some").plain()).isEqualTo("some");
    await()
        .until(
            () -> call(lab.modulesLoaded("numbers"), "read").asList().contains(Value.of("closed")));
    Recorder passed = Lab.open(module, "pass", Arguments.NONE);
    Lab.result(passed);
    assertThat(passed.items()).hasSize(30);
    assertThat(failure(module, "wrong").message()).contains("not a stream");
    Recorder twice = Lab.open(module, "twice", Arguments.NONE);
    Lab.result(twice);
    assertThat(twice.items()).containsExactly(0L, 2L, 4L);
  }

  @Test
  void nestedCallsInheritTheDeadlineAndAreCancelled() throws Exception {
    CompletableFuture<Invocation> seen = new CompletableFuture<>();
    CompletableFuture<Signal> cancelled = new CompletableFuture<>();
    lab.modules.put(
        "slow",
        (invocation, caller) -> {
          seen.complete(invocation);
          return signal -> {
            cancelled.complete(signal);
            caller.send(new Signal.Failed(Failure.of(Failure.Code.CANCELLED, "cancelled", "")));
          };
        });
    LoadedModule module =
        lab.javascript(
            """
            import stoa from "stoa";
            export async function ask() { await null; await new Promise((r) => setTimeout(r, 5)); return await stoa.module("slow").f(); }
            """);
    Recorder recorder = new Recorder();
    Deadline deadline = Deadline.in(Duration.ofSeconds(20));
    Flow callee =
        module.open(
            Invocation.of("lab", "ask", Payload.of(Arguments.NONE))
                .with(Invocation.Terms.DEFAULT.with(deadline)),
            recorder);
    assertThat(seen.get(5, TimeUnit.SECONDS).terms().deadline()).isEqualTo(deadline);
    callee.send(new Signal.Cancel("enough"));
    assertThat(cancelled.get(5, TimeUnit.SECONDS)).isInstanceOf(Signal.Cancel.class);
    assertThat(failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
  }

  @Test
  void scriptsReadAndWriteThroughTheHost() {
    List<Object> written = new ArrayList<>();
    lab.modules.put(
        "stoa",
        Lab.answering((method, arguments) ->
            switch (method) {
              case "json" -> Value.of(Map.of("read", arguments.positional().getFirst().asText()));
              case "write" -> {
                written.add(arguments.positional().get(1).plain());
                written.add(arguments.named().get("append").plain());
                yield Value.NULL;
              }
              default -> throw new FailureException(Failure.of(Failure.Code.DENIED, "no", ""));
            }));
    LoadedModule module =
        lab.javascript(
            """
            import stoa from "stoa";
            export const json = () => stoa.json("a.json");
            export const write = async () => {
              await stoa.write("a", "text");
              await stoa.write("a", { a: [1] });
              await stoa.write("a", (function* () { yield { b: 1 }; yield "line\\n"; })());
            };
            export const lines = async () => { for await (const l of stoa.lines("x")); };
            """);
    assertThat(call(module, "json").plain()).isEqualTo(Map.of("read", "a.json"));
    call(module, "write");
    assertThat(written)
        .containsExactly(
            "text", false, "{\n  \"a\": [\n    1\n  ]\n}\n", false, "{\"b\":1}\nline\n", false);
    assertThat(failure(module, "lines").message()).contains("DENIED");
  }

  @Test
  void aConsoleKeepsVariablesAndShowsResults() {
    lab.modules.put(
        "stoa",
        Lab.answering((method, arguments) -> Value.of(List.of(Map.of("name", "words"), "echo"))));
    lab.modules.put("words", Lab.answering((method, arguments) -> Value.of(method)));
    LoadedModule console =
        lab.load(
            new ModuleSource(
                "console",
                Path.of("/"),
                Language.JAVASCRIPT,
                Optional.empty(),
                ModuleSource.Kind.CONSOLE));
    assertThat(shown(console, "1 + 1")).isEqualTo("2");
    assertThat(shown(console, "_ + 1")).isEqualTo("3");
    assertThat(shown(console, "let a = { b: 'x', c: [1] }")).isNull();
    assertThat(shown(console, "a")).isEqualTo("{ b: 'x', c: [ 1 ] }");
    assertThat(shown(console, "{ b: 2 }")).isEqualTo("{ b: 2 }");
    assertThat(shown(console, "const w = await words.count('x')")).isNull();
    assertThat(shown(console, "w")).isEqualTo("'count'");
    assertThat(shown(console, "words.other()")).isEqualTo("'other'");
    assertThat(shown(console, "await words.count('x') + '!'")).isEqualTo("'count!'");
    assertThat(shown(console, "x => 1")).isEqualTo("[Function: (anonymous)]");
    assertThat(failure(console, Console.EVAL, "nope").message()).contains("ReferenceError");
    assertThat(failure(console, Console.EVAL, "1 +").message()).contains("SyntaxError");
    assertThat(call(console, Console.INCOMPLETE, "function f() {")).isEqualTo(new Value.Bool(true));
    assertThat(call(console, Console.INCOMPLETE, "1 + 1")).isEqualTo(new Value.Bool(false));
    assertThat(call(console, Console.INCOMPLETE, "await f()")).isEqualTo(new Value.Bool(false));
    assertThat(call(console, Console.COMPLETE, "Math.flo").plain()).isEqualTo(List.of("floor"));
    assertThat(call(console, Console.COMPLETE, "1 + wor").plain()).isEqualTo(List.of("words"));
  }

  private static Object shown(LoadedModule console, String text) {
    return call(console, Console.EVAL, text).at("display").plain();
  }
}
