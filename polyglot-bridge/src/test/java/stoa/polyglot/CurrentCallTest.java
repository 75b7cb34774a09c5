package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.module.LoadedModule;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

/// What code knows of the call that it serves, and how it hears that nobody wants its result.
class CurrentCallTest extends InLab {
  private static final String JS =
      """
      import stoa from "stoa";
      const log = [];
      export const read = () => log.splice(0);
      export const who = () => stoa.call.caller;
      export const early = [stoa.call.caller, stoa.call.signal.aborted, stoa.call.cancelled];
      export const atLoad = () => early;
      export async function aborts() {
        const { signal } = stoa.call;
        signal.addEventListener("abort", () => log.push(["abort", signal.reason.code, stoa.call.signal === signal]));
        console.log("waiting");
        await new Promise(() => {});
      }
      export async function stops() {
        const { signal } = stoa.call;
        console.log("waiting");
        try { await new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))); }
        finally { log.push("cleaned"); }
      }
      export async function nested() {
        console.log("waiting");
        try { await stoa.module("never").wait(); }
        catch (e) { log.push(e.code); throw e; }
        finally { log.push("cleaned"); }
      }
      export function polls() { console.log("waiting"); while (!stoa.call.signal.aborted); log.push("cleaned"); return 1; }
      """;

  private static final String PY =
      """
      import stoa
      log = []
      def read():
          got = list(log)
          log.clear()
          return got
      def who(): return stoa.call.caller
      early = [stoa.call.caller, stoa.call.cancelled]
      def nested():
          print("waiting")
          try: stoa.module("never").wait()
          except BaseException as e:
              log.append([type(e).__name__, stoa.call.cancelled])
              raise
          finally: log.append("cleaned")
      async def awaits():
          print("waiting")
          try: await stoa.aio.module("never").wait()
          except BaseException as e:
              log.append([type(e).__name__, stoa.call.cancelled])
              raise
          finally: log.append("cleaned")
      def polls():
          print("waiting")
          while not stoa.call.cancelled: pass
          log.append("cleaned")
      """;

  private static final String PY_ASYNCIO = PY + "import asyncio\n";

  private LoadedModule load(String language) {
    lab.modules.put("never", (_, _) -> _ -> {});
    return switch (language) {
      case "js" -> lab.javascript(JS);
      case "py" -> lab.python(PY);
      default -> lab.python(PY_ASYNCIO);
    };
  }

  private List<Object> logged() {
    List<Object> log = new ArrayList<>();
    await()
        .until(() -> {
          Lab.result(lab.ask("lab", "read")).asList().forEach(line -> log.add(line.plain()));
          return !log.isEmpty();
        });
    return log;
  }

  @ParameterizedTest
  @CsvSource({"js", "py"})
  void theCallerIsWhoTheHostSays(String language) {
    load(language);
    assertThat(Lab.result(lab.ask("lab", "who"))).isEqualTo(Value.of("user"));
    assertThat(
            Lab.result(
                lab.ask("client#3", Invocation.of("lab", "who", Payload.of(Arguments.NONE)))))
        .isEqualTo(Value.of("client#3"));
    assertThat(Lab.call(lab.modulesLoaded("lab"), "who").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "js, aborts, abort",
    "js, stops, cleaned",
    "js, nested, CANCELLED",
    "py, nested, Cancelled",
    "py, awaits, Cancelled",
    "asyncio, awaits, CancelledError",
    "py, polls, cleaned"
  })
  void codeThatIsCancelledHearsOfItAndCleansUp(String language, String method, String seen) {
    load(language);
    Recorder recorder = lab.ask("lab", method);
    await().until(() -> lab.lines.stream().anyMatch(line -> line.text().equals("waiting")));
    recorder.callee.send(new Signal.Cancel("enough"));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.CANCELLED);
    List<Object> log = logged();
    assertThat(log.toString()).contains(seen);
    if (!method.equals("aborts")) {
      assertThat(log).contains("cleaned");
    }
  }

  @Test
  void theSignalIsAbortedWhenTheDeadlineHasPassedAndALoopMayLookAtIt() {
    load("js");
    Recorder recorder =
        lab.ask(
            "user",
            Invocation.of("lab", "polls", Payload.of(Arguments.NONE))
                .with(Invocation.Terms.DEFAULT.with(Deadline.in(Duration.ofMillis(300)))));
    assertThat(Lab.failureOf(recorder).code()).isEqualTo(Failure.Code.DEADLINE_EXCEEDED);
    assertThat(logged()).contains("cleaned");
  }

  @Test
  void outsideOfACallThereIsNoCallerAndNothingIsAborted() {
    load("js");
    assertThat(Lab.result(lab.ask("lab", "atLoad")).plain())
        .isEqualTo(java.util.Arrays.asList(null, false, false));
  }
}
