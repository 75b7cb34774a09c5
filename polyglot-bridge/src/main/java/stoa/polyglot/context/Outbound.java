package stoa.polyglot.context;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// The calls that a guest makes. Everything but [#leave] runs on the thread that owns the context.
final class Outbound {
  /// The flag of a channel: its module and what it is for stand for target and method.
  static final int CHANNEL = 8;

  /// The flag of a call on an object of the guest's own, by its number.
  static final int OWN = 16;

  private static final Failure WHILE_LOADING =
      Failure.of(
          Failure.Code.UNAVAILABLE,
          "Calls cannot be made while the module is being loaded.",
          "Make them in a method.");

  private final GuestModule module;
  private final ContextThread thread;
  private final Border border;
  private final Map<Long, OutgoingCall> calls = new ConcurrentHashMap<>();

  Outbound(GuestModule module, ContextThread thread, Border border) {
    this.module = module;
    this.thread = thread;
    this.border = border;
  }

  /// What a guest makes a call on.
  sealed interface On {
    record Known(Target target) implements On {}

    /// The object that a call under way will return.
    record ResultOf(long number) implements On {}
  }

  /// How a guest makes a call.
  ///
  /// @param flags of the guest's halves: 1 its thread waits for the answer, 2 it streams, 4 it
  ///   looks at no result, [#CHANNEL], [#OWN]
  record Manner(On on, String method, int flags) {
    boolean blocking() {
      return (flags & 1) != 0;
    }

    /// A channel is opened on behalf of no call: it outlives the one that opens it.
    boolean nested() {
      return (flags & CHANNEL) == 0;
    }

    Invocation.Shape shape() {
      return (flags & 6) == 0
          ? Invocation.Shape.PLAIN
          : new Invocation.Shape((flags & 2) != 0, (flags & 4) != 0);
    }
  }

  /// Opens a call for the call that runs now.
  ///
  /// @param given a list: arguments by position, arguments by name
  void open(long number, long forCall, Manner manner, Value given) {
    GuestCall maker = module.served().maker(forCall);
    GuestCall parent = manner.nested() ? maker : null;
    Deadline grace = maker == null ? null : maker.grace();
    Chain.Opener opener = new Chain.Opener(module, number);
    Chain chain =
        parent == null ? Chain.begin(opener) : parent.chain().then(opener, manner.blocking());
    Inbox inbox =
        new Inbox(border, () -> thread.submit(forCall, () -> deliver(number)), thread::wake);
    OutgoingCall call = new OutgoingCall(number, parent, chain, inbox);
    calls.put(number, call);
    if (maker != null && grace != null) {
      maker.cleansUp();
    }
    // What is made to clean up ends with the grace.
    if (parent != null && grace == null && !manner.shape().oneWay()) {
      parent.opened(call);
    }
    if (module.mayNotCall()) {
      call.fails(WHILE_LOADING);
      return;
    }
    boolean over = maker == null && forCall != ContextThread.NO_CALL;
    if (over || (grace != null && (parent == null || grace.passed()))) {
      call.fails(stopped(maker));
      return;
    }
    Payload argument = border.leaves(new Arguments(given.at(0).asList(), given.at(1).asMap()));
    Invocation.Terms terms = terms(parent, grace, manner.shape());
    switch (manner.on()) {
      case On.Known(Target target) -> {
        if (target instanceof Target.Handed(Value.Reference reference)) {
          border.keep(reference, call);
        }
        call.open(module.router(), new Invocation(target, manner.method(), argument, terms, chain));
      }
      case On.ResultOf(long first) ->
          follow(first, new Follower(call, manner.method(), argument, terms));
    }
  }

  /// Code of a stopped call has had its time to clean up.
  private static Failure stopped(@Nullable GuestCall maker) {
    boolean late = maker != null && maker.invocation().terms().deadline().passed();
    return late
        ? Failure.of(
            Failure.Code.DEADLINE_EXCEEDED,
            "The call was not made: the deadline of the one that it was for has passed.",
            "")
        : Failure.of(
            Failure.Code.CANCELLED,
            "The call was not made: the one that it was for was stopped.",
            "");
  }

  private static Invocation.Terms terms(
      @Nullable GuestCall parent, @Nullable Deadline grace, Invocation.Shape shape) {
    if (parent == null) {
      return Invocation.Terms.DEFAULT.with(shape);
    }
    Invocation.Terms terms = parent.invocation().terms();
    return new Invocation.Terms(
        grace == null ? terms.deadline() : grace,
        terms.lane(),
        Invocation.INITIAL_CREDIT,
        shape,
        terms.metadata());
  }

  // ---- calls on results that are still to come ----

  /// A call that waits for what it is made on.
  record Follower(OutgoingCall call, String method, Payload argument, Invocation.Terms terms) {}

  private void follow(long number, Follower follower) {
    OutgoingCall first = calls.get(number);
    if (first == null) {
      giveUp(follower, cancelled("the call that it is made on the result of was dropped"));
    } else if (follower.call().waitForTarget()) {
      first.followers().add(follower);
    } else {
      border.stays(follower.argument());
    }
  }

  /// The first call has returned.
  private void goOn(Follower follower, Value result) {
    if (!(result instanceof Value.Reference reference)) {
      giveUp(
          follower,
          Failure.of(
              Failure.Code.BAD_ARGUMENT,
              "`%s` was called on a result that is no object but %s."
                  .formatted(follower.method(), result.kind()),
              "Await the first call and use what it returns."));
    } else if (follower.call().hasTarget()) {
      border.keep(reference, follower.call());
      Chain chain = follower.call().chain();
      follower
          .call()
          .open(
              module.router(),
              new Invocation(
                  new Target.Handed(reference),
                  follower.method(),
                  follower.argument(),
                  follower.terms(),
                  chain));
    } else {
      border.stays(follower.argument());
    }
  }

  private void giveUp(Follower follower, Failure failure) {
    border.stays(follower.argument());
    follower.call().fails(failure);
  }

  private static Failure cancelled(String why) {
    return Failure.of(Failure.Code.CANCELLED, "The call was cancelled: " + why + ".", "");
  }

  // ---- calls under way ----

  void credit(long number, int items) {
    say(number, new Signal.Credit(items));
  }

  /// An element of the stream that goes with a call.
  ///
  /// @return whether the callee has said something that the guest did not take yet
  boolean give(long number, Value item) {
    OutgoingCall call = calls.get(number);
    if (call == null) {
      return true;
    }
    Payload payload = border.leaves(item);
    if (!call.say(new Signal.Item(payload))) {
      border.stays(payload);
    }
    return !call.inbox().isEmpty();
  }

  void giveEnd(long number) {
    say(number, new Signal.End());
  }

  private void say(long number, Signal signal) {
    OutgoingCall call = calls.get(number);
    if (call != null) {
      call.say(signal);
    }
  }

  void drop(long number, String reason) {
    OutgoingCall call = calls.remove(number);
    if (call != null) {
      call.cancel(reason);
      call.settled();
      call.followers().forEach(f -> giveUp(f, cancelled(reason)));
      drain(call);
    }
  }

  /// Blocks until the callee says something, and gives it to the guest. Code of a call that was
  /// cancelled goes on sooner.
  void await(long number) {
    OutgoingCall call = calls.get(number);
    long running = thread.running();
    if (call != null) {
      BooleanSupplier enough =
          call.isNested() ? () -> false : () -> module.served().isCancelled(running);
      thread.await(call.inbox(), call.chain(), null, enough);
      deliver(number);
    }
  }

  /// Nobody is there any more who could take an answer. Any thread.
  void leave(String reason) {
    calls.values().forEach(call -> call.cancel(reason));
  }

  private void deliver(long number) {
    OutgoingCall call = calls.get(number);
    if (call != null) {
      call.inbox().opened();
      drain(call);
    }
  }

  private void drain(OutgoingCall call) {
    for (Signal signal = call.inbox().poll(); signal != null; signal = call.inbox().poll()) {
      if (calls.containsKey(call.number())) {
        settle(call, signal);
      } else {
        border.refuse(signal);
      }
    }
  }

  private void settle(OutgoingCall call, Signal signal) {
    long number = call.number();
    if (signal.ends()) {
      calls.remove(number);
      call.settled();
    }
    switch (signal) {
      case Signal.Item(Payload payload) -> settle(call, "item", payload);
      case Signal.Returned(Payload result) -> settle(call, "returned", result);
      case Signal.End() -> module.guest().settle(number, "end", new TapeWriter(border));
      case Signal.Failed(Failure failure) -> failed(call, failure);
      case Signal.Credit(int items) -> settle(number, "credit", new Value.Int(items));
      case Signal.Accepted(String peer, _) -> settle(number, "accepted", Value.of(peer));
      case Signal.Cancel _, Signal.Part _, Signal.Room _ -> {} // meant for others
    }
  }

  private void settle(OutgoingCall call, String kind, Payload payload) {
    try {
      TapeWriter tape = border.enters(payload);
      if (kind.equals("returned") && !call.followers().isEmpty()) {
        Value result = payload.value();
        call.followers().forEach(follower -> goOn(follower, result));
      }
      module.guest().settle(call.number(), kind, tape);
    } catch (MalformedValueException e) {
      broken(call, Served.malformed(e));
    } catch (FailureException e) {
      broken(call, e.failure());
    } finally {
      border.met(payload);
    }
  }

  private void broken(OutgoingCall call, Failure failure) {
    calls.remove(call.number());
    call.cancel(failure.message());
    failed(call, failure);
  }

  private void failed(OutgoingCall call, Failure failure) {
    if (failure.code() == Failure.Code.DEADLINE_EXCEEDED) {
      call.parent().ifPresent(module.served()::outOfTime);
    }
    call.followers().forEach(follower -> giveUp(follower, failure));
    settle(call.number(), "failed", Traces.told(failure));
  }

  private void settle(long number, String kind, Value told) {
    module.guest().settle(number, kind, new TapeWriter(border).add(told));
  }
}
