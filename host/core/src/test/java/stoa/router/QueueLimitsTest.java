package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.limit.Backlog;
import stoa.limit.Limits;
import stoa.limit.Quota;
import stoa.limit.Shares;
import stoa.value.Arguments;
import stoa.value.Value;

/// Two lanes, interactive before batch, in each module's queue, no starvation; queue limits answer
/// RESOURCE_EXHAUSTED naming the top consumers.
class QueueLimitsTest {
  private final Object instance = new Object();
  private final List<String> begun = new ArrayList<>();
  private final List<Flow> running = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final List<Signal> answers = new ArrayList<>();
  private boolean dead;
  private Admission admission = admission(1);

  private Admission admission(int most) {
    return admission(most, 10_000, 64 << 20);
  }

  private Admission admission(int most, int queue, long bytes) {
    Limits all = Limits.DEFAULT;
    Limits limits =
        new Limits(
            all.cpu(), all.wall(), all.calls(), queue, bytes, all.references(), all.outputBytes());
    return new Admission(this::serve, instance, most, new Backlog("m#1", limits));
  }

  private Flow serve(Invocation invocation, Flow caller) {
    begun.add(invocation.method());
    if (dead) {
      caller.send(new Signal.Failed(Failure.of(Failure.Code.LOST, "gone.", "")));
    } else {
      running.add(caller);
    }
    return signal -> said.add(invocation.method() + " " + signal);
  }

  private Flow call(String caller, Lane lane, String method) {
    return call(caller, lane, method, Chain.begin());
  }

  private Flow call(String caller, Lane lane, String method, Chain chain) {
    return call(caller, lane, method, chain, Payload.of(Arguments.NONE));
  }

  private Flow call(String caller, Lane lane, String method, Chain chain, Payload argument) {
    chain.admitted("m." + method, caller);
    Invocation invocation =
        Invocation.of("m", method, argument).with(Invocation.Terms.DEFAULT.with(lane)).with(chain);
    return admission.open(invocation, answers::add);
  }

  private void endOne() {
    running.removeFirst().send(new Signal.Returned(Payload.NULL));
  }

  private void endAll() {
    while (!running.isEmpty()) {
      endOne();
    }
  }

  @Test
  void aModuleGetsAsManyCallsAtATimeAsItSaid() {
    admission = admission(2);
    for (int n = 0; n < 5; n++) {
      call("a", Lane.INTERACTIVE, "a" + n);
    }
    assertThat(begun).containsExactly("a0", "a1");
    endOne();
    assertThat(begun).containsExactly("a0", "a1", "a2");
    endAll();
    assertThat(answers).hasSize(5);
  }

  @Test
  void aFloodOfOneClientDelaysAnotherByOneCall() {
    for (int n = 0; n < 1_000; n++) {
      call("flood", Lane.INTERACTIVE, "f" + n);
    }
    call("polite", Lane.INTERACTIVE, "polite");
    endAll();
    assertThat(begun.indexOf("polite")).isLessThanOrEqualTo(2);
    assertThat(begun).hasSize(1_001).endsWith("f998", "f999");
  }

  @Test
  void batchWaitsBehindInteractiveAndGetsOneTurnOfEight() {
    for (int n = 0; n < 40; n++) {
      call("b", Lane.BATCH, "batch");
      call("a", Lane.INTERACTIVE, "now");
    }
    endAll();
    assertThat(begun.subList(1, 8)).containsOnly("now");
    assertThat(Collections.frequency(begun.subList(1, 33), "batch")).isEqualTo(4);
    assertThat(begun).hasSize(80);
  }

  @Test
  void aWaitingCallThatIsCancelledNeverBegins() {
    call("a", Lane.INTERACTIVE, "first");
    Flow second = call("a", Lane.INTERACTIVE, "second");
    Flow third = call("a", Lane.INTERACTIVE, "third");
    second.send(new Signal.Cancel("deadline exceeded"));
    assertThat(answers).singleElement().isInstanceOf(Signal.Failed.class);
    third.send(new Signal.Credit(3));
    endAll();
    third.send(new Signal.Cancel("too late"));
    assertThat(begun).containsExactly("first", "third");
    assertThat(said).containsExactly("third Credit[items=3]", "third Cancel[reason=too late]");
  }

  @Test
  void callsThatItsOwnCallsLedToDoNotWait() {
    Chain outer = Chain.begin();
    call("user", Lane.INTERACTIVE, "outer", outer);
    outer.servedBy(instance);
    Chain between = outer.then(new Chain.Opener("m", 1), true);
    between.servedBy(new Object());
    call("other", Lane.INTERACTIVE, "back", between.then(new Chain.Opener("n", 1), true));
    call("user", Lane.INTERACTIVE, "next");
    assertThat(begun).containsExactly("outer", "back");
  }

  @Test
  void aLongQueueOfALostInstanceFailsWithoutADeepStack() {
    for (int n = 0; n < 9_000; n++) {
      call("a", Lane.INTERACTIVE, "a");
    }
    dead = true;
    endOne();
    assertThat(answers).hasSize(9_000);
    assertThat(answers.getLast()).isInstanceOf(Signal.Failed.class);
  }

  @Test
  void tooManyCallsAreRefusedWithTheNamesOfThoseWhoMakeThem() {
    Shares calls = new Shares(Quota.CALLS);
    for (int n = 0; n < 10_000; n++) {
      calls.take(n < 8_120 ? "client#3" : n < 8_900 ? "words" : "c" + n % 1_000, 1, 10_000, "m#1");
    }
    Failure failure = calls.take("polite", 1, 10_000, "m#1");
    assertThat(failure.code()).isEqualTo(Failure.Code.RESOURCE_EXHAUSTED);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.details())
        .containsAllEntriesOf(
            Map.of(
                "quota", "open calls",
                "used", "10000",
                "max", "10000",
                "who", "client#3: 8,120 calls, words: 780 calls, c900: 2 calls"));

    calls.giveBack("client#3", 1);
    assertThat(calls.take("polite", 1, 10_000, "m#1")).isNull();
    assertThat(calls.used()).isEqualTo(10_000);
  }

  @Test
  void oneCallerHasNineTenthsAtMostAndALaterOneStillHasRoom() {
    Shares calls = new Shares(Quota.CALLS);
    Failure refused = null;
    for (int n = 0; n < 100 && refused == null; n++) {
      refused = calls.take("greedy", 1, 100, "m#1");
    }
    assertThat(refused.details())
        .containsAllEntriesOf(Map.of("used", "90", "max", "90", "who", "greedy: 90 calls"));
    for (int n = 0; n < 9; n++) {
      assertThat(calls.take("other", 1, 100, "m#1")).isNull();
    }
    assertThat(calls.take("third", 1, 100, "m#1")).isNull();
  }

  @Test
  void moreThanMayWaitIsRefusedAndAnotherCallerStillWaits() {
    admission = admission(1, 10, 1 << 20);
    for (int n = 0; n < 12; n++) {
      call("greedy", Lane.INTERACTIVE, "g" + n);
    }
    call("polite", Lane.INTERACTIVE, "polite");
    assertThat(answers)
        .allSatisfy(answer -> assertThat(quota(answer)).isEqualTo("waiting calls"))
        .hasSize(2);
    endAll();
    assertThat(begun).contains("polite").hasSize(11);
  }

  @Test
  void whatWaitsCountsWithItsBytes() {
    admission = admission(1, 10, 1_000);
    Payload large = Payload.of(Arguments.of("x".repeat(900)));
    call("a", Lane.INTERACTIVE, "first");
    Flow waits = call("a", Lane.INTERACTIVE, "second", Chain.begin(), large);
    call("a", Lane.INTERACTIVE, "third", Chain.begin(), large);
    assertThat(quota(answers.removeFirst())).isEqualTo("bytes queued");
    call("a", Lane.INTERACTIVE, "huge", Chain.begin(), Payload.of(Arguments.of("x".repeat(1_000))));
    assertThat(quota(answers.removeFirst())).isEqualTo("bytes queued");
    // An open call may send some more, and then no more.
    waits.send(new Signal.Item(Payload.of(Value.of("x".repeat(800)))));
    assertThat(answers).isEmpty();
    waits.send(new Signal.Item(Payload.of(Value.of("x".repeat(900)))));
    assertThat(quota(answers.removeFirst())).isEqualTo("bytes queued");
    call("a", Lane.INTERACTIVE, "fourth", Chain.begin(), large);
    assertThat(answers).isEmpty();
    endAll();
    assertThat(begun).containsExactly("first", "fourth");
  }

  @Test
  void oneCallerHasSoManyCallsOpenAtTheWholeHost() {
    Timer timer = new Timer("test-timer");
    Origin origin =
        new Origin(
            new Identity.Module("greedy", "greedy#1"),
            new Origin.Shared(
                new References(),
                new Waits(),
                new Meetings(),
                timer,
                new LongAdder(),
                new Decisions(Clock.systemUTC())));
    for (int n = 0; n < 10_000; n++) {
      assertThat(origin.entered()).isNull();
    }
    Failure refused = origin.entered();
    assertThat(refused.details())
        .containsAllEntriesOf(
            Map.of("quota", "open calls", "used", "10000", "max", "10000", "who", "greedy"));
    Invocation call = Invocation.of("m", "f", Payload.of(Arguments.NONE));
    origin.left(call, new Signal.Failed(refused)); // who was refused has left, too
    origin.left(call, new Signal.Returned(Payload.NULL));
    assertThat(origin.entered()).isNull();
    timer.close();
  }

  private static String quota(Signal answer) {
    return ((Signal.Failed) answer).failure().details().get("quota");
  }
}
