package stoa.wire;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.LateFlow;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.v1.Cancel;
import stoa.value.Value;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;
import stoa.wire.IncomingPayload.PayloadTooLarge;

/// The calls that the other side opened, by number. Frames come on the reading thread, answers from
/// any thread.
final class IncomingCalls {
  /// How many calls one peer may have open.
  private static final int MAX_OPEN = 10_000;

  private final CallFrames frames;
  private final Invoker served;
  private final OutgoingCalls outgoing;
  private final Features features;
  private final Consumer<Value.Reference> returned;
  private final Map<Long, Serving> open = new ConcurrentHashMap<>();
  private final Promises promises = new Promises(open::containsKey);
  private long newest;

  /// The other side, as it was agreed in the handshake.
  ///
  /// @param returned takes back a reference that was not delivered after all
  record Agreed(Invoker served, Features features, Consumer<Value.Reference> returned) {}

  /// @param outgoing where the parents of these calls are found
  IncomingCalls(Transport transport, OutgoingCalls outgoing, Agreed agreed) {
    this.frames = new CallFrames(transport);
    this.outgoing = outgoing;
    this.served = agreed.served();
    this.features = agreed.features();
    this.returned = agreed.returned();
  }

  void take(Incoming frame) throws IOException {
    if (frame.kind() == Kind.INVOKE) {
      invoke(frame);
      return;
    }
    Serving serving = open.get(frame.call());
    if (serving == null) {
      return;
    }
    switch (frame.kind()) {
      case PART, ITEM -> serving.payload(frame);
      case END -> serving.say(new Signal.End());
      case CREDIT -> serving.say(CallFrames.credit(frame));
      case CANCEL -> serving.say(new Signal.Cancel(Cancel.parseFrom(frame.body()).getReason()));
      default ->
          throw new IOException("the caller of call " + frame.call() + " sent " + frame.kind());
    }
  }

  private void invoke(Incoming frame) throws IOException {
    if (frame.call() <= newest) {
      throw new IOException("call " + frame.call() + " was opened before");
    }
    newest = frame.call();
    InvokeBody invoke = InvokeBody.read(frame.body());
    Serving serving = new Serving(frame.call(), invoke);
    open.put(frame.call(), serving);
    Failure refusal = refusal(invoke);
    if (refusal != null) {
      fail(serving, refusal);
      return;
    }
    serving.argument(invoke.argument());
  }

  private @Nullable Failure refusal(InvokeBody invoke) {
    if (open.size() > MAX_OPEN) {
      return Refusals.tooManyCalls(MAX_OPEN);
    }
    if (invoke.streams() && !features.streamsIn()) {
      return Refusals.unsupported("a stream from the caller");
    }
    if (invoke.resultOf() != 0 && !features.pipelining()) {
      return Refusals.unsupported("a call on a result that is still to come");
    }
    if (invoke.resultOf() == newest) {
      return Refusals.ownResult(invoke.method());
    }
    return invoke.refers() && !features.references() ? Refusals.unsupported("a reference") : null;
  }

  void unsupported(long call) {
    Serving serving = open.get(call);
    if (serving != null) {
      fail(serving, Refusals.unsupported("a frame of this kind"));
    }
  }

  private void fail(Serving serving, Failure failure) {
    serving.send(new Signal.Failed(failure));
    serving.callee.send(new Signal.Cancel(failure.message()));
  }

  /// The other side gave references back: what returned them is forgotten.
  void released(Value.Reference reference) {
    promises.forget(reference);
  }

  void cancelAll(String reason) {
    List<Serving> left = List.copyOf(open.values());
    open.clear();
    left.forEach(serving -> serving.say(new Signal.Cancel(reason)));
  }

  /// One call: what its callee says becomes frames.
  private final class Serving implements Flow {
    private final long call;
    private final IncomingPayload parts = new IncomingPayload();
    private final InvokeBody invoke;
    private boolean begun; // reading thread only
    private final LateFlow callee = new LateFlow();

    Serving(long call, InvokeBody invoke) {
      this.call = call;
      this.invoke = invoke;
    }

    /// What goes on a payload: the argument's, or an item's of the caller's stream.
    void payload(Incoming frame) throws IOException {
      if ((frame.kind() == Kind.PART) != parts.unfinished()) {
        throw new IOException("call " + call + " has " + frame.kind() + " out of order");
      }
      PayloadBody body = PayloadBody.read(frame.body());
      if (!begun) {
        argument(body);
      } else if (!invoke.streams()) {
        fail(this, Refusals.unsupported("an item of a stream that was not announced"));
      } else if (!body.references().isEmpty() && !features.references()) {
        fail(this, Refusals.unsupported("a reference"));
      } else {
        item(body);
      }
    }

    private void item(PayloadBody body) {
      try {
        Payload whole = parts.add(body);
        if (whole != null) {
          callee.send(new Signal.Item(whole));
        }
      } catch (PayloadTooLarge e) {
        fail(this, Refusals.tooLarge(e.bytes));
      }
    }

    /// A piece of the argument; the last one opens the call.
    void argument(PayloadBody body) {
      try {
        Payload whole = parts.add(body);
        if (whole != null) {
          begun = true;
          begin(whole);
        }
      } catch (PayloadTooLarge e) {
        begun = true;
        send(new Signal.Failed(Refusals.tooLarge(e.bytes)));
      }
    }

    private void begin(Payload argument) {
      Chain.Opener opener = new Chain.Opener(IncomingCalls.this, call);
      OutgoingCalls.Parent parent = outgoing.parent(invoke.parent());
      Chain chain =
          parent == null ? Chain.begin(opener) : parent.chain().then(opener, invoke.blocking());
      // A router says otherwise, before anybody asks; a worker has only its host's word.
      chain.admitted(invoke.method(), invoke.caller());
      Deadline latest = parent == null ? Deadline.NONE : parent.deadline();
      Invocation invocation = invoke.invocation(argument, promises, chain, latest);
      callee.attach(served.open(invocation, this));
    }

    /// The caller says something. Reading thread.
    void say(Signal signal) {
      if (!begun && signal instanceof Signal.Cancel(String reason)) {
        send(new Signal.Failed(Refusals.cancelled(invoke.method(), reason)));
      } else {
        callee.send(signal);
      }
    }

    @Override
    public void send(Signal signal) {
      if (!open.containsKey(call) || (signal.ends() && !end(signal))) {
        signal.content().references().forEach(returned);
      } else if (!signal.content().references().isEmpty() && !features.references()) {
        signal.content().references().forEach(returned);
        refuse(signal);
      } else {
        frames.send(call, signal);
      }
      if (signal.ends()) {
        promises.ended(call); // calls on its result end after it: their caller looks at its end
      }
    }

    /// The other side knows no references.
    private void refuse(Signal signal) {
      Signal failed = new Signal.Failed(Refusals.unsupported("a reference in a result"));
      if (!signal.ends()) {
        open.remove(call);
        callee.send(new Signal.Cancel("its caller knows no references"));
      }
      frames.send(call, failed);
    }

    /// @return whether this is the first end
    private boolean end(Signal signal) {
      promises.ending(call, signal);
      return open.remove(call) != null;
    }
  }
}
