package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

/// Code whose call was stopped has a short while in which it may call others to clean up; after
/// that what it opens is refused.
class CleanUpTest {
  /// Of each method: it waits until it is stopped, then calls `helper.release`. `late` goes on
  /// after that until it is refused, `stuck` calls what never answers.
  private static final String JS =
      """
      import stoa from "stoa";
      const helper = stoa.module("helper");
      const log = [];
      export const read = () => log.splice(0);
      export async function plain() {
        try { await helper.hang(); } finally { log.push(await helper.release()); }
      }
      export async function stuck() {
        try { await helper.hang(); } finally { await helper.hang().catch((e) => log.push(e.code)); }
      }
      export function* generator() {
        try { for (let n = 0; ; n++) yield n; } finally { helper.release().then((v) => log.push(v)); }
      }
      export async function* asynchronous() {
        try { for (let n = 0; ; n++) yield n; } finally { log.push(await helper.release()); }
      }
      export async function late() {
        try { await helper.hang(); } catch {}
        try { await stoa.channel("helper"); } catch (e) { log.push(e.code); }
        try { for (;;) { await helper.release(); await new Promise((done) => setTimeout(done, 1)); } }
        catch (e) { log.push(e.code); }
      }
      export function background() {
        setTimeout(() => helper.release().then((v) => log.push(v)), 1);
        return 1;
      }
      """;

  private static final String PY =
      """
      import stoa
      helper, later = stoa.module("helper"), stoa.aio.module("helper")
      log = []
      def read():
          got = list(log)
          log.clear()
          return got
      def plain():
          try: helper.hang()
          finally: log.append(helper.release())
      def stuck():
          try: helper.hang()
          finally:
              try: helper.hang()
              except stoa.Cancelled: log.append("CANCELLED")
      def generator():
          try:
              while True: yield 1
          finally: log.append(helper.release())
      async def asynchronous():
          try:
              while True: yield 1
          finally: log.append(await later.release())
      async def coroutine():
          try: await later.hang()
          finally: log.append(await later.release())
      def late():
          try: helper.hang()
          except BaseException: pass
          try: stoa.channel("helper")
          except BaseException: pass
          while True: helper.release()
      """;

  /// The same in coroutines.
  private static final String AIO =
      """
      import asyncio, stoa
      helper = stoa.aio.module("helper")
      log = []
      def read():
          got = list(log)
          log.clear()
          return got
      async def plain():
          try: await helper.hang()
          finally: log.append(await helper.release())
      async def stuck():
          try: await helper.hang()
          finally:
              try: await helper.hang()
              except asyncio.CancelledError: log.append("CANCELLED")
      async def late():
          try: await helper.hang()
          except BaseException: pass
          try: await stoa.aio.channel("helper")
          except stoa.Error as e: log.append(e.code)
          try:
              while True: await helper.release()
          except asyncio.CancelledError: log.append("CANCELLED")
      async def release():
          log.append(await helper.release())
      async def background():
          asyncio.create_task(release())
          return 1
      """;

  /// The milliseconds that each call of `release` had.
  private static final List<Long> RELEASED = new CopyOnWriteArrayList<>();

  private static final List<Recorder> HANGING = new CopyOnWriteArrayList<>();

  @TempDir private static Path folder;
  private static Lab lab;

  @BeforeAll
  static void load() {
    lab = new Lab(folder);
    lab.modules.put("helper", CleanUpTest::help);
    lab.javascript("js", JS);
    lab.python("py", PY);
    lab.python("aio", AIO);
  }

  @AfterAll
  static void close() {
    lab.close();
  }

  @BeforeEach
  void forget() {
    RELEASED.clear();
    HANGING.clear();
  }

  private static Flow help(Invocation invocation, Flow caller) {
    if (invocation.method().equals("release")) {
      RELEASED.add(invocation.terms().deadline().nanosLeft() / 1_000_000);
      caller.send(new Signal.Returned(Payload.of(Value.of("released"))));
      return _ -> {};
    }
    Recorder heard = new Recorder();
    HANGING.add(heard);
    return heard;
  }

  private static Invocation call(String module, String method, Invocation.Terms terms) {
    return Invocation.of(module, method, Payload.of(Arguments.NONE)).with(terms);
  }

  /// Calls a method, and cancels it when it waits for what never comes.
  private static void cancelled(String module, String method) {
    Recorder recorder =
        lab.ask("user", call(module, method, Invocation.Terms.DEFAULT.withCredit(2)));
    await().until(() -> !HANGING.isEmpty() || recorder.items().size() == 2);
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
  }

  private static void awaitLog(String module, Object... lines) {
    List<Object> log = new ArrayList<>();
    await()
        .untilAsserted(() -> {
          Lab.result(lab.ask(module, "read")).asList().forEach(line -> log.add(line.plain()));
          assertThat(log).containsExactly(lines);
        });
  }

  private static void releasedInTime() {
    assertThat(RELEASED).allSatisfy(left -> assertThat(left).isBetween(0L, 300L));
  }

  @ParameterizedTest
  @CsvSource({
    "js, plain",
    "js, generator",
    "js, asynchronous",
    "py, plain",
    "py, generator",
    "py, asynchronous",
    "py, coroutine",
    "aio, plain"
  })
  void codeThatIsCancelledCallsOthersToCleanUp(String module, String method) {
    cancelled(module, method);
    awaitLog(module, "released");
    releasedInTime();
  }

  @ParameterizedTest
  @CsvSource({"js, plain", "py, plain", "py, coroutine", "aio, plain"})
  void codeWhoseDeadlineHasPassedCleansUpThoughTheCancelIsStillOnItsWay(
      String module, String method) {
    Deadline deadline = Deadline.in(Duration.ofMillis(300));
    Recorder recorder =
        Lab.open(
            lab.modulesLoaded(module),
            call(module, method, Invocation.Terms.DEFAULT.with(deadline)));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    awaitLog(module, "released");
    releasedInTime();
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "aio"})
  void whatIsOpenedLongAfterACancelIsRefused(String module) {
    cancelled(module, "late");
    awaitLog(module, "CANCELLED", "CANCELLED");
    releasedInTime();
    assertThat(HANGING).as("and no channel").hasSize(1);
  }

  /// It may be interrupted before it is refused.
  @Test
  void synchronousCodeThatGoesOnCallsNobodyLongAfterACancel() {
    cancelled("py", "late");
    awaitLog("py");
    releasedInTime();
    assertThat(HANGING).as("and no channel").hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"js, DEADLINE_EXCEEDED", "py, CANCELLED", "aio, CANCELLED"})
  void cleaningUpThatTakesTooLongIsCancelled(String module, String end) {
    cancelled(module, "stuck");
    awaitLog(module, end);
    assertThat(HANGING).hasSize(2);
    await()
        .untilAsserted(() ->
            assertThat(HANGING.getLast().signals)
                .hasSize(1)
                .hasOnlyElementsOfType(Signal.Cancel.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "aio"})
  void whatGoesOnAfterItsCallReturnedMayCall(String module) {
    assertThat(Lab.result(lab.ask(module, "background"))).isEqualTo(Value.of(1));
    awaitLog(module, "released");
  }
}
