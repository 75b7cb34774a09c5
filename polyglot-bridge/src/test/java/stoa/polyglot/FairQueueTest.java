package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.module.LoadedModule;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

/// Who gets the context's thread next.
class FairQueueTest extends InLab {
  private static final String MODULE =
      """
      import stoa from "stoa";
      const order = [];
      export function note(name) { order.push(name); return order.length; }
      export const read = () => order.splice(0);
      export function busy() { console.log("busy"); while (!stoa.call.cancelled); }
      export function* endless() { for (;;) yield 1; }
      """;

  private Recorder note(String caller, Invocation.Lane lane, String word) {
    return lab.ask(
        caller,
        Invocation.of("lab", "note", Payload.of(Arguments.of(word)))
            .with(Invocation.Terms.DEFAULT.with(lane)));
  }

  /// Keeps the thread busy until it is cancelled.
  private Recorder occupy(LoadedModule module) {
    lab.lines.clear();
    Recorder busy = Lab.open(module, "busy", Arguments.NONE);
    await().until(() -> !lab.lines.isEmpty());
    return busy;
  }

  private static void free(Recorder busy) {
    busy.callee.send(new Signal.Cancel("all are queued"));
  }

  @Test
  void aFloodOfOneCallerDelaysAnotherByTheCallThatRunsOnly() {
    LoadedModule module = lab.javascript(MODULE);
    Recorder busy = occupy(module);
    List<Recorder> flood =
        IntStream.range(0, 9_000)
            .mapToObj(_ -> note("flood", Invocation.Lane.INTERACTIVE, "flood"))
            .toList();
    Recorder modest = note("modest", Invocation.Lane.INTERACTIVE, "modest");
    free(busy);
    assertThat(Lab.result(modest).asLong()).isLessThanOrEqualTo(2);
    Lab.result(flood.getLast());
  }

  @Test
  void callersTakeTurnsAndKeepTheirOwnOrder() {
    LoadedModule module = lab.javascript(MODULE);
    Recorder busy = occupy(module);
    List<Recorder> all = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      all.add(note("a", Invocation.Lane.INTERACTIVE, "a" + n));
    }
    for (int n = 0; n < 3; n++) {
      all.add(note("b", Invocation.Lane.INTERACTIVE, "b" + n));
    }
    free(busy);
    all.forEach(Lab::result);
    assertThat(Lab.call(module, "read").plain())
        .isEqualTo(List.of("a0", "b0", "a1", "b1", "a2", "b2"));
  }

  @Test
  void interactiveCallsGoFirstAndBatchGetsOneTurnOfEight() {
    LoadedModule module = lab.javascript(MODULE);
    Recorder busy = occupy(module);
    List<Recorder> all = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      all.add(note("b", Invocation.Lane.BATCH, "batch"));
    }
    for (int n = 0; n < 20; n++) {
      all.add(note("a", Invocation.Lane.INTERACTIVE, "now"));
    }
    free(busy);
    all.forEach(Lab::result);
    List<Value> order = Lab.call(module, "read").asList();
    assertThat(order.subList(0, 7)).containsOnly(Value.of("now"));
    assertThat(order.subList(0, 16)).filteredOn(Value.of("batch")::equals).hasSize(2);
  }

  @Test
  void anEndlessStreamLeavesTurnsToCallsThatBegin() {
    LoadedModule module = lab.javascript(MODULE);
    Recorder stream = Lab.open(module, "endless", Arguments.NONE, Integer.MAX_VALUE);
    assertThat(Lab.result(note("a", Invocation.Lane.INTERACTIVE, "x")).asLong()).isEqualTo(1);
    stream.callee.send(new Signal.Cancel("enough"));
    Lab.failureOf(stream);
  }
}
