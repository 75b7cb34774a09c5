package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.call.Thrown;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// What every transport does alike: a connection over it carries calls both ways.
abstract class TransportContract {
  private Connection dialler;
  private Connection acceptor;
  private final FakePeer diallerPeer = new FakePeer();
  private final FakePeer acceptorPeer = new FakePeer();

  /// Two connected ends.
  record Ends(Transport dialler, Transport acceptor) {}

  abstract Ends connect() throws Exception;

  abstract void release();

  @BeforeEach
  void open() throws Exception {
    Ends ends = connect();
    acceptor =
        Connection.start(
            ends.acceptor(), new Connection.Side.Acceptor(Optional.empty()), acceptorPeer);
    dialler = Connection.start(ends.dialler(), Connection.Side.Dialler.nameless(), diallerPeer);
    dialler.opened().get(10, TimeUnit.SECONDS);
    acceptor.opened().get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    dialler.abort("test over");
    acceptor.abort("test over");
    release();
  }

  private ModuleClient client() {
    return new ModuleClient(dialler, "fake");
  }

  @Test
  void aCallReturnsItsResult() {
    assertThat(client().call("echo", "hello").asText()).isEqualTo("hello");
  }

  @Test
  void bothSidesMayCall() {
    assertThat(new ModuleClient(acceptor, "fake").call("echo", 7).asLong()).isEqualTo(7);
    assertThat(client().call("echo", 8).asLong()).isEqualTo(8);
  }

  @Test
  void aThousandCallsInFlightEachGetTheirOwnResult() {
    var results = IntStream.range(0, 1000).mapToObj(i -> client().callAsync("echo", i)).toList();
    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i).join().asLong()).isEqualTo(i);
    }
  }

  @Test
  void threadsThatCallAtOnceEachGetTheirOwnResult() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int from = thread * 1000;
        all.add(
            threads.submit(() ->
                IntStream.range(from, from + 1000)
                    .allMatch(i -> client().call("echo", i).asLong() == i)));
      }
      for (Future<Boolean> each : all) {
        assertThat(each.get()).isTrue();
      }
    }
  }

  @Test
  void whatBreaksWhenItIsCalledCostsThatCallAlone() {
    var other = client().callAsync("never");
    assertThatThrownBy(() -> client().call("break"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(Code.INTERNAL);
              assertThat(e.failure().message()).contains("`break`", "out of order");
            });
    assertThat(client().call("echo", 1).asLong()).isEqualTo(1);
    assertThat(other).isNotDone();
  }

  @Test
  void aPayloadOfManyPartsArrivesWhole() {
    String large = "0123456789".repeat(500_000);
    assertThat(client().call("echo", large).asText()).isEqualTo(large);
  }

  @Test
  void aPayloadBeyondTheLimitIsRefusedAndTheConnectionLives() {
    byte[] tooLarge = new byte[(int) stoa.call.Budget.MAX + 1000];
    assertThatThrownBy(() -> client().call("echo", (Object) tooLarge))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().code()).isEqualTo(Code.RESOURCE_EXHAUSTED));
    assertThat(client().call("echo", 1).asLong()).isEqualTo(1);
  }

  @Test
  void aStreamComesInOrderAndNoFasterThanItIsTaken() {
    try (Items items = client().items("count", Arguments.of(1000))) {
      assertThat(items.next().asLong()).isZero();
      Awaitility.await().until(() -> acceptorPeer.sent.size() == Invocation.INITIAL_CREDIT);
      for (int i = 1; i < 1000; i++) {
        assertThat(items.next().asLong()).isEqualTo(i);
      }
      assertThat(items.hasNext()).isFalse();
    }
  }

  @Test
  void takingEnoughOfAStreamCancelsIt() throws Exception {
    try (Items items = client().items("count", Arguments.of(1_000_000))) {
      assertThat(items.next().asLong()).isZero();
    }
    assertThat(acceptorPeer.cancelled.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStreamOfTheCallerArrivesInOrderAndNoFasterThanItIsTaken() {
    var produced = new AtomicInteger();
    Iterator<Integer> numbers =
        IntStream.range(0, 1000).peek(_ -> produced.incrementAndGet()).boxed().iterator();
    var sum = client().callAsync("slowSum", numbers);
    Awaitility.await().until(() -> acceptorPeer.summing.size() == Invocation.INITIAL_CREDIT);
    assertThat(produced.get()).isLessThanOrEqualTo(Invocation.INITIAL_CREDIT + 2);
    acceptorPeer.hurry.countDown();
    assertThat(sum.join().asLong()).isEqualTo(1000 * 999 / 2);
    assertThat(List.copyOf(acceptorPeer.summing)).isSorted();
  }

  @Test
  void aReferenceKeepsItsOwnerAndNumber() {
    Value.Reference reference = new Value.Reference("words#1", 7);
    Value nested = Value.list(Value.of(1), reference, reference, Value.of(Map.of("a", reference)));
    assertThat(client().call("echo", nested)).isEqualTo(nested);
  }

  @Test
  void aCallOnAReferenceAndAOneWayCallArriveAsSuch() {
    Value.Reference reference = new Value.Reference("words#1", 7);
    assertThat(new ModuleClient(dialler, new Target.Handed(reference)).call("target").asText())
        .isEqualTo("words#1/7");
    client().send("note");
    Awaitility.await().until(() -> acceptorPeer.oneWay.get());
  }

  @Test
  void whatIsReleasedIsCounted() {
    dialler.release(new Value.Reference("words#1", 7), 3);
    Awaitility.await().until(() -> acceptorPeer.released.contains("words#1/7 3"));
  }

  @Test
  void aNestedCallKnowsTheCallsThatLedToIt() {
    // fake.nest on the acceptor calls back fake.depth on the dialler, on behalf of the call it
    // serves.
    acceptorPeer.back = acceptor;
    assertThat(client().within(Duration.ofSeconds(20)).call("nest").asText())
        .isEqualTo("blocking, 2 calls, limited");
  }

  @Test
  void aFailureKeepsItsTraceAcrossHops() {
    assertThatThrownBy(() -> client().call("fail"))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isEqualTo(FakePeer.THREE_HOPS));
  }

  @Test
  void theDeadlineTravelsAsTimeLeft() {
    Value left = client().within(Duration.ofSeconds(30)).call("deadline");
    assertThat(left.asLong()).isBetween(25_000L, 30_000L);
    assertThat(client().call("deadline").isNull()).isTrue();
  }

  @Test
  void theEndOfTheConnectionFailsTheCallsUnderWay() throws Exception {
    var never = client().callAsync("never");
    assertThat(acceptorPeer.neverCalled.await(5, TimeUnit.SECONDS)).isTrue();
    acceptor.close("test");
    assertThatThrownBy(never::get)
        .hasCauseInstanceOf(FailureException.class)
        .hasMessageContaining("connection was lost");
    assertThat(acceptorPeer.cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> client().call("echo", 1)).hasMessageContaining("connection was lost");
    assertThat(diallerPeer.closed.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(acceptorPeer.closed.await(5, TimeUnit.SECONDS)).isTrue();
  }

  /// Serves `echo`, `count`, `fail`, `deadline` and `never`.
  static final class FakePeer implements Peer, Invoker {
    static final Failure THREE_HOPS =
        Failure.threw(
            new Thrown(
                "TypeError",
                "outer",
                List.of(new Thrown.Frame("javascript", "f", "a.js", 3)),
                Optional.of(
                    new Thrown(
                        "KeyError",
                        "'x'",
                        List.of(new Thrown.Frame("python", "g", "b.py", 7)),
                        Optional.of(
                            new Thrown("IOException", "", List.of(), Optional.empty(), "c")),
                        "b")),
                "a"));

    final ConcurrentLinkedQueue<Integer> sent = new ConcurrentLinkedQueue<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch neverCalled = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    final CountDownLatch hurry = new CountDownLatch(1);
    final ConcurrentLinkedQueue<Long> summing = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> released = new ConcurrentLinkedQueue<>();
    final AtomicBoolean oneWay = new AtomicBoolean();
    volatile Invoker back = (_, _) -> _ -> {};

    @Override
    public Admission greeted(Greeting greeting) {
      return new Admission(this, "played#1");
    }

    @Override
    public void released(Value.Reference reference, long count) {
      released.add(reference.owner() + "/" + reference.number() + " " + count);
    }

    @Override
    public void logged(LogLine line) {}

    @Override
    public void closed(String reason) {
      closed.countDown();
    }

    @Override
    public Flow open(Invocation invocation, Flow caller) {
      try {
        return serve(invocation, caller);
      } catch (NoSuchElementException | IllegalStateException | MalformedValueException e) {
        caller.send(
            new Signal.Failed(Failure.of(Code.BAD_ARGUMENT, String.valueOf(e.getMessage()), "")));
        return _ -> {};
      }
    }

    private Flow serve(Invocation invocation, Flow caller) {
      switch (invocation.method()) {
        case "echo" ->
            caller.send(
                new Signal.Returned(
                    Payload.of(invocation.argument().arguments().positional().getFirst())));
        case "break" -> throw new UnsupportedOperationException("out of order");
        case "fail" -> caller.send(new Signal.Failed(THREE_HOPS));
        case "deadline" -> {
          Deadline deadline = invocation.terms().deadline();
          Object left = deadline.limited() ? deadline.nanosLeft() / 1_000_000 : null;
          caller.send(new Signal.Returned(Payload.of(Value.of(left))));
        }
        case "count" -> {
          return new Counting(caller, invocation);
        }
        case "slowSum" -> {
          return new Summing(caller);
        }
        case "target" ->
            caller.send(new Signal.Returned(Payload.of(Value.of(invocation.target().text()))));
        case "note" -> {
          oneWay.set(invocation.terms().shape().oneWay());
          caller.send(new Signal.Returned(Payload.NULL));
        }
        case "nest" -> {
          Invocation nested =
              Invocation.of("fake", "depth", Payload.of(Arguments.NONE))
                  .with(invocation.chain().then(new Chain.Opener(this, 1), true));
          return back.open(nested, caller);
        }
        case "depth" -> caller.send(new Signal.Returned(Payload.of(Value.of(depth(invocation)))));
        default -> neverCalled.countDown();
      }
      return signal -> {
        if (signal instanceof Signal.Cancel) {
          cancelled.countDown();
        }
      };
    }

    private static String depth(Invocation invocation) {
      int calls = 0;
      for (Optional<Chain> at = Optional.of(invocation.chain());
          at.isPresent();
          at = at.get().parent()) {
        calls++;
      }
      return "%s, %d calls, %s"
          .formatted(
              invocation.chain().blocking() ? "blocking" : "not blocking",
              calls,
              invocation.terms().deadline().limited() ? "limited" : "unlimited");
    }

    /// Adds up the caller's stream; takes nothing until it may hurry.
    private final class Summing implements Flow {
      private final Flow caller;

      Summing(Flow caller) {
        this.caller = caller;
      }

      @Override
      public void send(Signal signal) {
        switch (signal) {
          case Signal.Item(Payload item) -> {
            summing.add(item.value().asLong());
            if (summing.size() == Invocation.INITIAL_CREDIT) {
              Thread.ofVirtual().start(this::goOn);
            } else if (summing.size() > Invocation.INITIAL_CREDIT) {
              caller.send(new Signal.Credit(1));
            }
          }
          case Signal.End() ->
              caller.send(
                  new Signal.Returned(
                      Payload.of(Value.of(summing.stream().mapToLong(n -> n).sum()))));
          case Signal.Credit _,
              Signal.Part _,
              Signal.Room _,
              Signal.Accepted _,
              Signal.Cancel _,
              Signal.Returned _,
              Signal.Failed _ -> {}
        }
      }

      private void goOn() {
        try {
          hurry.await();
          caller.send(new Signal.Credit(Invocation.INITIAL_CREDIT));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /// Streams numbers while there is credit.
    private final class Counting implements Flow {
      private final Flow caller;
      private final long end;
      private int next;

      Counting(Flow caller, Invocation invocation) {
        this.caller = caller;
        this.end = invocation.argument().arguments().positional().getFirst().asLong();
        more(invocation.terms().credit());
      }

      private void more(int credit) {
        for (int i = 0; i < credit && next < end; i++) {
          sent.add(next);
          caller.send(new Signal.Item(Payload.of(Value.of(next++))));
        }
        if (next == end) {
          caller.send(new Signal.Returned(Payload.NULL));
        }
      }

      @Override
      public void send(Signal signal) {
        if (signal instanceof Signal.Credit(int items)) {
          more(items);
        } else if (signal instanceof Signal.Cancel) {
          cancelled.countDown();
        }
      }
    }
  }
}
