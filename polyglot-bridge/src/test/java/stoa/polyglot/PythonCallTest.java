package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static stoa.polyglot.Lab.call;
import static stoa.polyglot.Lab.failure;
import static stoa.polyglot.Lab.failureOf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stoa.call.Failure;
import stoa.call.Signal;
import stoa.call.Thrown;
import stoa.module.Console;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

class PythonCallTest extends InLab {
  static final String STREAMS =
      """
      import stoa
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
              for i in range(n):
                  yield i
          finally:
              log.append("closed")
      def spin():
          print("spinning")
          while True:
              try:
                  while True: pass
              except BaseException: pass
      def nap():
          import time
          print("spinning")
          time.sleep(60)
      def quick(): return 1
      def fails():
          yield 1
          raise ValueError("broke")
      """;

  @Test
  void streamsObeyCreditAndCancel() {
    LoadedModule module = lab.python(STREAMS);
    for (String method : List.of("count", "slow")) {
      Recorder recorder = Lab.open(module, method, Arguments.of(5), 0);
      call(module, "quick");
      assertThat(recorder.signals).isEmpty();
      recorder.callee.send(new Signal.Credit(2));
      await().until(() -> recorder.items().size() == 2);
      recorder.callee.send(new Signal.Credit(10));
      assertThat(Lab.result(recorder)).isEqualTo(Value.NULL);
      assertThat(recorder.items()).containsExactly(0L, 1L, 2L, 3L, 4L);
      Recorder longer = Lab.open(module, method, Arguments.of(1000), 100_000);
      Lab.result(longer);
      assertThat(longer.items()).hasSize(1000);
      call(module, "read");
      Recorder cancelled = Lab.open(module, method, Arguments.of(100), 3);
      await().until(() -> cancelled.items().size() == 3);
      cancelled.callee.send(new Signal.Cancel("enough"));
      assertThat(failureOf(cancelled).code()).isEqualTo(Failure.Code.CANCELLED);
      assertThat(call(module, "read").asList()).endsWith(Value.of("closed"));
    }
    Recorder broken = Lab.open(module, "fails", Arguments.NONE);
    assertThat(failureOf(broken).message()).isEqualTo("ValueError: broke");
    assertThat(broken.items()).containsExactly(1L);
  }

  @Test
  void endlessLoopsAreInterruptedAndTheContextLivesOn() {
    LoadedModule module = lab.python(STREAMS);
    // A call that begins right after an interrupt is not taken for what was to stop.
    for (String method : List.of("spin", "nap", "spin", "nap", "nap")) {
      lab.lines.clear();
      Recorder recorder = Lab.open(module, method, Arguments.NONE);
      await().until(() -> lab.lines.stream().anyMatch(line -> line.text().equals("spinning")));
      long start = System.nanoTime();
      recorder.callee.send(new Signal.Cancel("too long"));
      assertThat(failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(call(module, "quick")).isEqualTo(new Value.Int(1));
    }
  }

  @Test
  void modulesCallEachOther() {
    lab.modules.put(
        "echo",
        Lab.answering((method, arguments) ->
            Value.of(
                List.of(method, Value.of(arguments.positional()), Value.of(arguments.named())))));
    lab.load(lab.source("numbers", ".py", Language.PYTHON, ModuleSource.Kind.MODULE, STREAMS));
    LoadedModule module =
        lab.python(
            """
            import stoa
            def ask(): return stoa.module("echo").hello(1, [2], c=3)
            def absent():
                try:
                    stoa.module("nix").f()
                except stoa.Error as e:
                    return [e.code, e.message, e.help, e.retryable, e.remote]
            def lets(): stoa.module("nix").f()
            def every(): return [x for x in stoa.module("numbers").count(100)]
            def streamed(): return list(stoa.module("numbers").stream.slow(3))
            def some():
                for x in stoa.module("numbers").stream.count(1000):
                    if x == 5: break
                return x
            def deep(): return list(stoa.module("numbers").fails())
            async def aio(): return [await stoa.aio.module("echo").a(1), await stoa.aio.module("numbers").slow(2), [x async for x in stoa.aio.module("numbers").stream.count(3)]]
            async def blocking(): return stoa.module("echo").a()
            def left(): return stoa.call.deadline
            def named_stream(): return stoa.module("echo").stream(1)
            def names(): return sorted(n for n in vars(stoa) if not n.startswith("_"))
            """);
    assertThat(call(module, "ask").plain())
        .isEqualTo(List.of("hello", List.of(1L, List.of(2L)), Map.of("c", 3L)));
    assertThat(call(module, "absent").plain())
        .isEqualTo(
            Arrays.asList("NO_SUCH_MODULE", "No module `nix`.", "Look at stoa ls.", false, null));
    Failure uncaught = failure(module, "lets");
    assertThat(uncaught.details()).containsEntry("code", "NO_SUCH_MODULE");
    Thrown thrown = ((Failure.ByGuest) uncaught).thrown();
    assertThat(thrown.type()).isEqualTo("StoaError");
    assertThat(thrown.message()).contains("NO_SUCH_MODULE");
    assertThat(call(module, "every").asList()).hasSize(100);
    assertThat(call(module, "streamed").plain()).isEqualTo(List.of(0L, 1L, 2L));
    assertThat(call(module, "some").plain()).isEqualTo(5L);
    Thrown deep = ((Failure.ByGuest) failure(module, "deep")).thrown();
    assertThat(deep.cause().orElseThrow().type()).isEqualTo("ValueError");
    assertThat(deep.cause().orElseThrow().module()).isEqualTo("numbers");
    assertThat(call(module, "aio").plain())
        .isEqualTo(
            List.of(List.of("a", List.of(1L), Map.of()), List.of(0L, 1L), List.of(0L, 1L, 2L)));
    assertThat(failure(module, "blocking").message()).contains("stoa.aio.module('echo').a");
    assertThat(call(module, "left").isNull()).isTrue();
    assertThat(call(module, "named_stream").at(0).plain()).isEqualTo("stream");
    assertThat(call(module, "names").plain())
        .as("the same as under python3")
        .isEqualTo(
            List.of(
                "Cancelled",
                "Denied",
                "Error",
                "accept",
                "aio",
                "call",
                "channel",
                "csv",
                "events",
                "json",
                "lines",
                "log",
                "module",
                "one_way",
                "ref",
                "release",
                "script",
                "write"));
  }

  @Test
  void asyncioWorksInModulesThatImportIt() {
    LoadedModule module =
        lab.python(
            """
            import asyncio, stoa
            async def one(x):
                await asyncio.sleep(0.02)
                return x
            async def many():
                task = asyncio.create_task(one(9))
                return [await asyncio.gather(one(1), one(2)), await task, await asyncio.wait_for(one(3), 5)]
            async def cancelled():
                try:
                    await asyncio.sleep(60)
                finally:
                    print("cleaned")
            async def stream():
                for i in range(3):
                    await asyncio.sleep(0)
                    yield i
            async def remote(): return await asyncio.gather(stoa.aio.module("lab").one(4), stoa.aio.module("lab").one(5))
            """);
    assertThat(call(module, "many").plain()).isEqualTo(List.of(List.of(1L, 2L), 9L, 3L));
    Recorder stream = Lab.open(module, "stream", Arguments.NONE);
    Lab.result(stream);
    assertThat(stream.items()).containsExactly(0L, 1L, 2L);
    assertThat(call(module, "remote").plain()).isEqualTo(List.of(4L, 5L));
    Recorder recorder = Lab.open(module, "cancelled", Arguments.NONE);
    call(module, "one", 1);
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    await()
        .until(() -> lab.lines.contains(new Surroundings.Line(Surroundings.Stream.OUT, "cleaned")));
  }

  @Test
  void wordsBecomeLinesAndScriptsRun() {
    LoadedModule with =
        lab.load(
            lab.source(
                "script",
                ".py",
                Language.PYTHON,
                ModuleSource.Kind.SCRIPT,
                "import sys\nprint('top', end='')\ndef main(a):\n  print('err', file=sys.stderr)\n  return a + 1\nif __name__ == '__main__': main(5)\n"));
    assertThat(call(with, "main", 1)).isEqualTo(new Value.Int(2));
    LoadedModule without =
        lab.load(
            lab.source(
                "bare",
                ".py",
                Language.PYTHON,
                ModuleSource.Kind.SCRIPT,
                "import stoa\nif __name__ == '__main__': stoa.log.info('all')\n"));
    assertThat(without.info().method("main")).isEmpty();
    assertThat(lab.lines)
        .containsExactly(
            new Surroundings.Line(Surroundings.Stream.OUT, "top"),
            new Surroundings.Line(Surroundings.Stream.ERR, "err"),
            new Surroundings.Line(Surroundings.Stream.INFO, "all"));
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
                Language.PYTHON,
                Optional.empty(),
                ModuleSource.Kind.CONSOLE));
    assertThat(shown(console, "1 + 1")).isEqualTo("2");
    assertThat(shown(console, "_ + 1")).isEqualTo("3");
    assertThat(shown(console, "a = {'b': 'x'}\na")).isEqualTo("{'b': 'x'}");
    assertThat(shown(console, "def f(x):\n  return x * 2\n")).isNull();
    assertThat(shown(console, "f(4)")).isEqualTo("8");
    assertThat(shown(console, "words.count('x')")).isEqualTo("'count'");
    assertThat(failure(console, Console.EVAL, "nope").message()).contains("NameError");
    assertThat(call(console, Console.INCOMPLETE, "def f():")).isEqualTo(new Value.Bool(true));
    assertThat(call(console, Console.INCOMPLETE, "def f():\n  return 1"))
        .isEqualTo(new Value.Bool(true));
    assertThat(call(console, Console.INCOMPLETE, "f(1,")).isEqualTo(new Value.Bool(true));
    assertThat(call(console, Console.INCOMPLETE, "1 + 1")).isEqualTo(new Value.Bool(false));
    assertThat(call(console, Console.COMPLETE, "stoa.wri").plain()).isEqualTo(List.of("write"));
    assertThat(call(console, Console.COMPLETE, "1 + wor").plain()).isEqualTo(List.of("words"));
  }

  private static Object shown(LoadedModule console, String text) {
    return call(console, Console.EVAL, text).at("display").plain();
  }
}
