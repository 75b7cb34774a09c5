package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Arguments;

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
    return new Admission(this::serve, instance, most);
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
    chain.admitted("m." + method, caller);
    Invocation invocation =
        Invocation.of("m", method, Payload.of(Arguments.NONE))
            .with(Invocation.Terms.DEFAULT.with(lane))
            .with(chain);
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
    Consumers consumers = new Consumers();
    for (int n = 0; n < Consumers.MAX_OPEN; n++) {
      consumers.enter(n < 9_120 ? "client#3" : n < 9_900 ? "words" : "c" + n % 2, "m#1");
    }
    FailureException e =
        catchThrowableOfType(FailureException.class, () -> consumers.enter("polite", "m#1"));
    assertThat(e.failure().code()).isEqualTo(Failure.Code.RESOURCE_EXHAUSTED);
    assertThat(e.failure().retryable()).isTrue();
    assertThat(e.failure().details())
        .containsAllEntriesOf(
            Map.of(
                "quota", "open calls",
                "used", "10000",
                "max", "10000",
                "who", "client#3: 9,120 calls, words: 780 calls, c0: 50 calls"));

    consumers.leave("client#3");
    consumers.enter("polite", "m#1");
    assertThat(consumers.open()).isEqualTo(Consumers.MAX_OPEN);
  }
}
