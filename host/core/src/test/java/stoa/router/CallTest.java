package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stoa.call.Budget;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Shape;
import stoa.call.Invocation.Terms;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Arguments;
import stoa.value.Encoded;
import stoa.value.Value;

class CallTest {
  private final Timer timer = new Timer("test-timer");
  private final List<Signal> atCaller = Collections.synchronizedList(new ArrayList<>());
  private final List<Signal> atCallee = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger ended = new AtomicInteger();
  private final References references = new References();
  private final Origin origin =
      new Origin(
          Identity.User.HOST,
          new Origin.Shared(
              references,
              new Waits(),
              new Meetings(),
              timer,
              new LongAdder(),
              new Decisions(Clock.systemUTC())));

  @AfterEach
  void close() {
    timer.close();
  }

  private Call call(Terms terms) {
    return new Call(
        Invocation.of("m", "f", Payload.of(Arguments.NONE)).with(terms), atCaller::add, origin);
  }

  /// What the test plays.
  private record Played(Invoker invoker, Runnable after) implements Callee {
    @Override
    public boolean takesParts() {
      return true;
    }

    @Override
    public String holder() {
      return "m#1";
    }

    @Override
    public void left(String caller) {
      after.run();
    }
  }

  private Call attached(Terms terms) {
    Call call = call(terms);
    call.attach(new Played((_, _) -> atCallee::add, ended::incrementAndGet));
    return call;
  }

  private Code codeAtCaller() {
    return ((Signal.Failed) atCaller.getLast()).failure().code();
  }

  private static Signal item(int n) {
    return new Signal.Item(Payload.of(Value.of(n)));
  }

  @Test
  void theFirstEndWins() {
    Call call = attached(Terms.DEFAULT);
    call.fromCallee(new Signal.Returned(Payload.NULL));
    call.fromCallee(new Signal.Failed(Failure.of(Code.INTERNAL, "late", "")));
    call.fromCaller(new Signal.Cancel("late"));
    assertThat(atCaller).containsExactly(new Signal.Returned(Payload.NULL));
    assertThat(atCallee).isEmpty();
    assertThat(ended).hasValue(1);
  }

  /// A generator rests; meanwhile its source comes to wait for the generator's instance.
  @Test
  void aStreamThatWouldWaitForItselfWhenItsReaderGoesOnIsRefused() {
    Played generator = new Played((_, _) -> _ -> {}, () -> {});
    Played source = new Played((_, _) -> atCallee::add, () -> {});
    Call outer = served(generator, "a.generate", Chain.begin(), _ -> {});
    outer.fromCaller(new Signal.Credit(1));
    Chain nested = outer.invocation().chain().then(new Chain.Opener("a", 1), true);
    served(source, "b.stream", nested, atCaller::add);
    outer.fromCallee(item(1));
    Chain other = served(source, "b.f", Chain.begin(), _ -> {}).invocation().chain();
    List<Signal> back = new ArrayList<>();
    served(generator, "a.g", other.then(new Chain.Opener("b", 1), true), back::add);
    assertThat(back).isEmpty();
    assertThat(atCaller).isEmpty();
    outer.fromCaller(new Signal.Credit(1));
    assertThat(codeAtCaller()).isEqualTo(Code.DEADLOCK);
    assertThat(atCallee).hasSize(1).first().isInstanceOf(Signal.Cancel.class);
    assertThat(back).isEmpty();
  }

  private Call served(Callee by, String name, Chain chain, Flow caller) {
    chain.admitted(name, "user");
    Terms terms = Terms.DEFAULT.withCredit(0);
    Invocation invocation = Invocation.of("m", "f", Payload.of(Arguments.NONE)).with(terms);
    Call call = new Call(invocation.with(chain), caller, origin);
    call.attach(by);
    return call;
  }

  @Test
  void cancelEndsTheCallAtOnceAndTellsTheCallee() {
    Call call = attached(Terms.DEFAULT);
    call.fromCaller(new Signal.Cancel("enough"));
    assertThat(codeAtCaller()).isEqualTo(Code.CANCELLED);
    assertThat(atCallee).containsExactly(new Signal.Cancel("enough"));
    assertThat(ended).hasValue(0);
    call.fromCallee(item(1));
    call.fromCallee(new Signal.Returned(Payload.NULL));
    assertThat(atCaller).hasSize(1);
    assertThat(ended).hasValue(1);
  }

  @Test
  void theDeadlineEndsTheCallWithoutTheCalleesHelp() {
    attached(Terms.DEFAULT.with(Deadline.in(Duration.ofMillis(300))));
    Awaitility.await().until(() -> !atCaller.isEmpty());
    assertThat(codeAtCaller()).isEqualTo(Code.DEADLINE_EXCEEDED);
    Awaitility.await().until(() -> !atCallee.isEmpty());
    assertThat(atCallee).containsExactly(new Signal.Cancel("deadline exceeded"));
  }

  /// A nested call has the deadline of its parent: its failure may be here before the parent's
  /// alarm.
  @Test
  void whatComesBeforeTheCalleeIsKnownIsBounded() {
    Call call = call(Terms.DEFAULT.with(Shape.STREAMS_IN));
    byte[] piece = new byte[(int) (Budget.MAX / 8)];
    for (int i = 0; i < 9; i++) {
      call.fromCaller(new Signal.Item(new Payload.Bytes(new Encoded(piece, List.of()))));
    }
    assertThat(codeAtCaller()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    Call other = call(Terms.DEFAULT.with(Shape.STREAMS_IN));
    other.fromCaller(new Signal.Item(new Payload.Bytes(new Encoded(piece, List.of()))));
    other.attach(new Played((_, _) -> atCallee::add, ended::incrementAndGet));
    assertThat(atCallee).hasSize(1);
  }

  @Test
  void onlyAChannelIsAccepted() {
    Call call = attached(Terms.DEFAULT);
    call.fromCallee(new Signal.Accepted("m#1", Optional.empty()));
    assertThat(atCaller).isEmpty();
  }

  @Test
  void aFailureAfterTheDeadlineIsToldAsTheDeadlines() {
    CountDownLatch late = new CountDownLatch(1);
    timer.in(0, TimeUnit.NANOSECONDS, () -> awaited(late));
    try {
      Call call = attached(Terms.DEFAULT.with(Deadline.in(Duration.ZERO)));
      call.fromCallee(new Signal.Failed(Failure.of(Code.INTERNAL, "a nested call was late", "")));
      assertThat(codeAtCaller()).isEqualTo(Code.DEADLINE_EXCEEDED);
    } finally {
      late.countDown();
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsSaidBeforeTheCalleeIsThereReachesIt() {
    Call call = call(Terms.DEFAULT);
    call.fromCaller(new Signal.Credit(3));
    call.attach(new Played((_, _) -> atCallee::add, () -> {}));
    assertThat(atCallee).containsExactly(new Signal.Credit(3));
  }

  @Test
  void aCallCancelledBeforeItIsServedNeverReachesTheCallee() {
    Call call = call(Terms.DEFAULT);
    call.fromCaller(new Signal.Cancel(""));
    call.attach(
        new Played(
            (_, _) -> {
              throw new AssertionError("opened");
            },
            ended::incrementAndGet));
    assertThat(codeAtCaller()).isEqualTo(Code.CANCELLED);
    assertThat(ended).hasValue(1);
  }

  @Test
  void itemsBeyondTheCreditEndTheCall() {
    Call call = attached(Terms.DEFAULT.withCredit(2));
    call.fromCallee(item(1));
    call.fromCallee(item(2));
    call.fromCaller(new Signal.Credit(1));
    call.fromCallee(item(3));
    call.fromCallee(item(4));
    assertThat(atCaller).hasSize(4);
    assertThat(codeAtCaller()).isEqualTo(Code.INTERNAL);
    assertThat(atCallee).contains(new Signal.Cancel("items beyond the caller's credit"));
  }

  /// Both sides answer each signal at once with another: a million of them must not be a million
  /// stack frames.
  @Test
  void answersFromWithinSendDoNotRecurse() {
    int rounds = 200_000;
    AtomicInteger items = new AtomicInteger();
    Flow[] toCallee = new Flow[1];
    Call[] call = new Call[1];
    Flow caller =
        signal -> {
          if (signal instanceof Signal.Item && items.incrementAndGet() < rounds) {
            toCallee[0].send(new Signal.Credit(1));
          }
        };
    Invoker callee =
        (_, back) ->
            signal -> {
              if (signal instanceof Signal.Credit) {
                back.send(item(1));
              }
            };
    call[0] = new Call(Invocation.of("m", "f", Payload.of(Arguments.NONE)), caller, origin);
    toCallee[0] = call[0]::fromCaller;
    call[0].attach(new Played(callee, () -> {}));
    toCallee[0].send(new Signal.Credit(1));
    assertThat(items).hasValue(rounds);
  }

  @Test
  void manyThreadsRaceAndTheCallerSeesOneEnd() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      atCaller.clear();
      ended.set(0);
      Call call = attached(Terms.DEFAULT.with(Deadline.in(Duration.ofNanos(50_000))));
      CountDownLatch go = new CountDownLatch(1);
      Thread returning = race(go, () -> call.fromCallee(new Signal.Returned(Payload.NULL)));
      Thread failing = race(go, () -> call.fail(Failure.of(Code.INTERNAL, "x", "")));
      Thread cancelling = race(go, () -> call.fromCaller(new Signal.Cancel("")));
      go.countDown();
      returning.join();
      failing.join();
      cancelling.join();
      Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> !atCaller.isEmpty());
      assertThat(atCaller).hasSize(1);
      assertThat(ended).hasValue(1);
    }
  }

  private static Thread race(CountDownLatch go, Runnable task) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          task.run();
        });
  }
}
