package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
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
class CleanUpTest extends InLab {
  /// Of each method: it waits until it is stopped, then calls `helper.release`. `late` goes on
  /// after that until it is refused, `stuck` calls what never answers.
  private static final String JS =
      """
      import stoa from "stoa";
      const helper = stoa.module("helper");
      const log = [];
      export const read = () => log;
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
      def read(): return log
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
          except stoa.Cancelled: log.append("CANCELLED")
          try:
              while True: helper.release()
          except stoa.Cancelled: log.append("CANCELLED")
      """;

  /// The same in coroutines.
  private static final String AIO =
      """
      import asyncio, stoa
      helper = stoa.aio.module("helper")
      log = []
      def read(): return log
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
  private final List<Long> released = new CopyOnWriteArrayList<>();

  private final List<Recorder> hanging = new CopyOnWriteArrayList<>();

  @BeforeEach
  void helper() {
    lab.modules.put("helper", this::help);
  }

  private Flow help(Invocation invocation, Flow caller) {
    if (invocation.method().equals("release")) {
      released.add(invocation.terms().deadline().nanosLeft() / 1_000_000);
      caller.send(new Signal.Returned(Payload.of(Value.of("released"))));
      return _ -> {};
    }
    Recorder heard = new Recorder();
    hanging.add(heard);
    return heard;
  }

  private void load(String language) {
    switch (language) {
      case "js" -> lab.javascript(JS);
      case "py" -> lab.python(PY);
      default -> lab.python(AIO);
    }
  }

  /// Calls a method, and goes on when it waits for what never comes.
  private Recorder begin(String method) {
    Recorder recorder =
        lab.ask(
            "user",
            Invocation.of("lab", method, Payload.of(Arguments.NONE))
                .with(Invocation.Terms.DEFAULT.withCredit(2)));
    await().until(() -> !hanging.isEmpty() || recorder.items().size() == 2);
    return recorder;
  }

  private void awaitLog(Object... lines) {
    await().untilAsserted(() -> assertThat((List<Object>) logged()).containsExactly(lines));
  }

  private List<Object> logged() {
    return Lab.result(lab.ask("lab", "read")).asList().stream().<Object>map(Value::plain).toList();
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
    "aio, plain",
  })
  void codeThatIsCancelledCallsOthersToCleanUp(String language, String method) {
    load(language);
    begin(method).callee.send(new Signal.Cancel("enough"));
    awaitLog("released");
    assertThat(released).singleElement().satisfies(left -> assertThat(left).isBetween(1L, 300L));
  }

  @ParameterizedTest
  @CsvSource({"js, plain", "py, plain", "py, coroutine", "aio, plain"})
  void codeWhoseDeadlineHasPassedCleansUpThoughTheCancelIsStillOnItsWay(
      String language, String method) {
    load(language);
    Invocation call =
        Invocation.of("lab", method, Payload.of(Arguments.NONE))
            .with(Invocation.Terms.DEFAULT.with(Deadline.in(Duration.ofMillis(300))));
    Recorder recorder = Lab.open(lab.modulesLoaded("lab"), call);
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    awaitLog("released");
    assertThat(released).singleElement().satisfies(left -> assertThat(left).isBetween(1L, 300L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "py", "aio"})
  void whatIsOpenedLongAfterACancelIsRefused(String language) {
    load(language);
    begin("late").callee.send(new Signal.Cancel("enough"));
    awaitLog("CANCELLED", "CANCELLED");
  }

  @ParameterizedTest
  @CsvSource({"js, DEADLINE_EXCEEDED", "py, CANCELLED", "aio, CANCELLED"})
  void cleaningUpThatTakesTooLongIsCancelled(String language, String end) {
    load(language);
    begin("stuck").callee.send(new Signal.Cancel("enough"));
    awaitLog(end);
    assertThat(hanging).hasSize(2);
    await()
        .untilAsserted(() ->
            assertThat(hanging.getLast().signals)
                .hasSize(1)
                .hasOnlyElementsOfType(Signal.Cancel.class));
    assertThat(lab.lines).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "aio"})
  void whatGoesOnAfterItsCallReturnedMayCall(String language) {
    load(language);
    assertThat(Lab.result(lab.ask("lab", "background"))).isEqualTo(Value.of(1));
    awaitLog("released");
  }
}
