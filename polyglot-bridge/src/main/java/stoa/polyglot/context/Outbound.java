package stoa.polyglot.context;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// The calls that a guest makes. Everything here runs on the thread that owns the context.
final class Outbound {
  private final GuestModule module;
  private final ContextThread thread;
  private final Border border;
  private final Map<Long, OutgoingCall> calls = new HashMap<>();

  Outbound(GuestModule module, ContextThread thread, Border border) {
    this.module = module;
    this.thread = thread;
    this.border = border;
  }

  /// How a guest makes a call.
  ///
  /// @param blocking its thread waits for the answer
  record Manner(boolean blocking, Invocation.Shape shape) {
    static final int BLOCKING = 1;
    static final int STREAMS = 2;
    static final int ONE_WAY = 4;

    static Manner of(int flags) {
      return new Manner(
          (flags & BLOCKING) != 0,
          new Invocation.Shape((flags & STREAMS) != 0, (flags & ONE_WAY) != 0));
    }
  }

  /// Opens a call for the call that runs now.
  ///
  /// @param given a list: arguments by position, arguments by name
  void open(long number, long forCall, Target target, String method, Manner manner, Value given) {
    GuestCall parent = module.served().find(forCall);
    Chain.Opener opener = new Chain.Opener(module, number);
    Chain chain =
        parent == null
            ? Chain.begin(opener)
            : parent.invocation().chain().then(opener, manner.blocking());
    Inbox inbox = new Inbox(() -> thread.submit(forCall, () -> deliver(number)), thread::wake);
    OutgoingCall call = new OutgoingCall(number, parent, chain, inbox);
    calls.put(number, call);
    if (parent != null && !manner.shape().oneWay()) {
      parent.opened(call);
    }
    Arguments arguments = new Arguments(given.at(0).asList(), given.at(1).asMap());
    Invocation.Terms terms = terms(parent, manner.shape());
    call.open(
        module.router(), new Invocation(target, method, border.leaves(arguments), terms, chain));
  }

  private static Invocation.Terms terms(@Nullable GuestCall parent, Invocation.Shape shape) {
    if (parent == null) {
      return Invocation.Terms.DEFAULT.with(shape);
    }
    Invocation.Terms terms = parent.invocation().terms();
    return new Invocation.Terms(
        terms.deadline(), terms.lane(), Invocation.INITIAL_CREDIT, shape, terms.metadata());
  }

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
    call.say(new Signal.Item(border.leaves(item)));
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
      drain(call);
    }
  }

  /// Blocks until the callee says something, and gives it to the guest.
  void await(long number) {
    OutgoingCall call = calls.get(number);
    if (call != null) {
      thread.await(call.inbox(), call.chain(), () -> false);
      deliver(number);
    }
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
      case Signal.Failed(var failure) -> settle(number, "failed", Traces.told(failure));
      case Signal.Credit(int items) -> settle(number, "credit", new Value.Int(items));
      case Signal.Cancel _ -> {} // meant for callees
    }
  }

  private void settle(OutgoingCall call, String kind, Payload payload) {
    TapeWriter tape;
    try {
      tape = border.enters(payload);
    } catch (MalformedValueException e) {
      calls.remove(call.number());
      call.cancel("what was sent is no value");
      settle(call.number(), "failed", Traces.told(Served.malformed(e)));
      return;
    }
    module.guest().settle(call.number(), kind, tape);
  }

  private void settle(long number, String kind, Value told) {
    module.guest().settle(number, kind, new TapeWriter(border).add(told));
  }
}
