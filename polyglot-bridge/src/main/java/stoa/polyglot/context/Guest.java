package stoa.polyglot.context;

import java.util.HashMap;
import java.util.Map;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;

/// A context and its guest's half. Everything here runs on the thread that owns the context.
final class Guest {
  private final GuestModule module;
  private final Dialect dialect;
  private final Context context;
  private final Value start;
  private final Value resume;
  private final Value cancel;
  private final Value settle;
  private final Value functions;
  private final Map<Long, OutgoingCall> outgoing = new HashMap<>();

  Guest(GuestModule module, Dialect dialect, Dialect.Setting setting) {
    this.module = module;
    this.dialect = dialect;
    context = dialect.create(setting);
    functions = dialect.boot(context, setting, HostFunctions.of(module, this));
    start = function("start");
    resume = function("resume");
    cancel = function("cancel");
    settle = function("settle");
  }

  /// JavaScript gives an object, Python a dict.
  private Value function(String name) {
    return functions.hasHashEntries() ? functions.getHashValue(name) : functions.getMember(name);
  }

  Context context() {
    return context;
  }

  void load(String path, String name, String kind) {
    function("load").executeVoid(path, name, kind);
  }

  void start(GuestCall call, Binding.Bound arguments) {
    Invocation invocation = call.invocation();
    TapeWriter tape = new TapeWriter(dialect).add(arguments);
    start.executeVoid(
        tape.after(
            dialect.number(call.number()), invocation.method(), invocation.terms().credit()));
  }

  void resume(long call, int credit) {
    resume.executeVoid(dialect.number(call), credit);
  }

  void cancel(long call) {
    cancel.executeVoid(dialect.number(call));
  }

  Object bytes(byte[] content) {
    return dialect.bytes(content);
  }

  Object part(String name) {
    return dialect.part(context, name);
  }

  Object evaluate(String text) {
    return dialect.evaluate(context, text);
  }

  boolean incomplete(String text) {
    return dialect.incomplete(context, text);
  }

  /// Opens a call to another module, for the call that runs now.
  ///
  /// @param given a list: arguments by position, arguments by name
  void open(long number, long forCall, String target, String method, stoa.value.Value given) {
    GuestCall parent = module.call(forCall);
    OutgoingCall call = new OutgoingCall(number, parent);
    outgoing.put(number, call);
    Arguments arguments = new Arguments(given.at(0).asList(), given.at(1).asMap());
    Invocation invocation = Invocation.of(target, method, Payload.of(arguments));
    Chain.Opener opener = new Chain.Opener(module, number);
    if (parent == null) {
      invocation = invocation.with(Chain.begin(opener));
    } else {
      invocation =
          invocation
              .with(inherited(parent.invocation().terms()))
              .with(parent.invocation().chain().then(opener, false));
      parent.opened(call);
    }
    call.open(module.router(), invocation, () -> module.submit(forCall, () -> deliver(call)));
  }

  private static Invocation.Terms inherited(Invocation.Terms terms) {
    Deadline deadline = terms.deadline();
    return new Invocation.Terms(
        deadline,
        terms.lane(),
        Invocation.INITIAL_CREDIT,
        Invocation.Shape.PLAIN,
        terms.metadata());
  }

  void credit(long number, int items) {
    OutgoingCall call = outgoing.get(number);
    if (call != null) {
      call.credit(items);
    }
  }

  void drop(long number) {
    OutgoingCall call = outgoing.remove(number);
    if (call != null) {
      call.cancel("the caller needs no more");
      call.settled();
    }
  }

  /// Blocks until the next signal of a call, and gives it to the guest.
  void await(long number) {
    OutgoingCall call = outgoing.get(number);
    if (call == null) {
      return;
    }
    try {
      settle(call, call.take());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another module", e);
    }
  }

  /// Takes one signal, unless code that blocks for it was faster.
  private void deliver(OutgoingCall call) {
    Signal signal = call.inbox().poll();
    if (signal != null) {
      settle(call, signal);
    }
  }

  private void settle(OutgoingCall call, Signal signal) {
    if (!outgoing.containsKey(call.number())) {
      return;
    }
    if (signal.ends()) {
      outgoing.remove(call.number());
      call.settled();
    }
    switch (signal) {
      case Signal.Item(Payload payload) -> settle(call, "item", payload);
      case Signal.Returned(Payload result) -> settle(call, "returned", result);
      case Signal.End() -> settle.executeVoid(dialect.number(call.number()), "end", "");
      case Signal.Failed(var failure) -> settle(call, "failed", Traces.told(failure));
      case Signal.Credit _, Signal.Cancel _ -> {} // meant for callees
    }
  }

  private void settle(OutgoingCall call, String kind, Payload payload) {
    stoa.value.Value value;
    try {
      value = payload.value();
    } catch (MalformedValueException e) {
      outgoing.remove(call.number());
      settle(call, "failed", Traces.told(GuestModule.malformed(e)));
      return;
    }
    settle(call, kind, value);
  }

  private void settle(OutgoingCall call, String kind, stoa.value.Value value) {
    settle.executeVoid(
        new TapeWriter(dialect).add(value).after(dialect.number(call.number()), kind));
  }
}
