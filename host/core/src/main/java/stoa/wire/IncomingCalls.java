package stoa.wire;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stoa.call.Budget;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Joined;
import stoa.call.LateFlow;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.value.Value;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;

/// The calls that the other side opened, by number. Frames come on the reading thread, answers from
/// any thread.
final class IncomingCalls {
  /// How many calls one peer may have open.
  static final int MAX_OPEN = 10_000;

  private final CallFrames frames;
  private final Invoker served;
  private final OutgoingCalls outgoing;
  private final Features features;
  private final Consumer<Value.Reference> returned;
  private final Map<Long, Serving> open = new ConcurrentHashMap<>();

  /// Calls that have ended here, whose large result is still on its way.
  private final Map<Long, Serving> ending = new ConcurrentHashMap<>();

  private final Budget unfinishedPayloads = new Budget();
  private final Promises promises;
  private long newest;

  /// The other side, as it was agreed in the handshake.
  ///
  /// @param givesBack whether the other side says when it needs a reference no more
  /// @param returned takes back a reference that was not delivered after all
  record Agreed(
      Invoker served,
      Features features,
      Predicate<Value.Reference> givesBack,
      Consumer<Value.Reference> returned) {}

  /// @param outgoing where the parents of these calls are found
  IncomingCalls(Transport transport, OutgoingCalls outgoing, Agreed agreed) {
    this.frames = new CallFrames(transport);
    this.outgoing = outgoing;
    this.served = agreed.served();
    this.features = agreed.features();
    this.returned = agreed.returned();
    this.promises = new Promises(open::containsKey, agreed.givesBack());
  }

  void take(Incoming frame) throws IOException {
    if (frame.kind() == Kind.INVOKE) {
      invoke(frame);
      return;
    }
    Serving serving = open.get(frame.call());
    if (serving == null) {
      afterEnd(frame);
      return;
    }
    switch (frame.kind()) {
      case PART, ITEM -> serving.payload(frame);
      case END -> serving.callee.send(new Signal.End());
      case CREDIT -> CallFrames.credit(frame).forEach(serving::credit);
      case CANCEL -> serving.callee.send(new Signal.Cancel(Fields.readText(frame.body())));
      default ->
          throw new IOException("the caller of call " + frame.call() + " sent " + frame.kind());
    }
  }

  /// Most frames of a call that is over only crossed with its end.
  private void afterEnd(Incoming frame) throws IOException {
    Serving serving = ending.get(frame.call());
    if (serving == null) {
      return;
    }
    switch (frame.kind()) {
      case CREDIT -> CallFrames.credit(frame).forEach(serving::credit);
      case CANCEL -> {
        ending.remove(frame.call());
        String reason = Fields.readText(frame.body());
        serving.say(new Signal.Failed(Refusals.cancelled(serving.method, reason)));
      }
      default -> {}
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
    serving.begin(invoke);
  }

  private @Nullable Failure refusal(InvokeBody invoke) {
    int used = open.size() + ending.size();
    if (used > MAX_OPEN) {
      return Refusals.tooManyCalls(used - 1, MAX_OPEN);
    }
    if (invoke.streams() && !features.streamsIn()) {
      return Refusals.unsupported("a stream from the caller");
    }
    if (invoke.resultOf() != 0 && !features.pipelining()) {
      return Refusals.unsupported("a call on a result that is still to come");
    }
    if (invoke.channel() != null && !features.channels()) {
      return Refusals.unsupported("a channel");
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
    ending.clear();
    left.forEach(serving -> serving.callee.send(new Signal.Cancel(reason)));
  }

  /// One call: what its callee says becomes frames.
  private final class Serving extends Talk {
    private final String method;
    private final boolean streams;
    private final LateFlow callee = new LateFlow();

    // Reading thread only.
    private boolean unfinished;

    Serving(long call, InvokeBody invoke) {
      super(frames, call);
      this.method = invoke.method();
      this.streams = invoke.streams();
    }

    @Override
    Features features() {
      return features;
    }

    void begin(InvokeBody invoke) {
      Chain.Opener opener = new Chain.Opener(IncomingCalls.this, call);
      // A channel outlives the call in which it was opened.
      OutgoingCalls.Parent parent =
          invoke.channel() == null ? outgoing.parent(invoke.parent()) : null;
      Chain chain =
          parent == null ? Chain.begin(opener) : parent.chain().then(opener, invoke.blocking());
      // A router says otherwise, before anybody asks; a worker has only its host's word.
      chain.admitted(invoke.method(), invoke.caller());
      Deadline latest = parent == null ? Deadline.NONE : parent.deadline();
      PayloadBody argument = invoke.argument();
      unfinished = argument.more();
      Invocation invocation =
          Channels.permitted(
              invoke.invocation(argument.payload(), promises, chain, latest), features);
      try {
        callee.attach(
            served instanceof TakesParts
                ? served.open(invocation, this)
                : Joined.open(served, invocation, this, unfinishedPayloads));
      } catch (RuntimeException e) { // it must not throw: its other calls go on all the same
        System.getLogger("stoa")
            .log(System.Logger.Level.ERROR, "`" + method + "` could not be opened", e);
        fail(this, Refusals.defect(method, e));
      }
    }

    /// What goes on a payload: the argument's, or an item's of the caller's stream.
    void payload(Incoming frame) throws IOException {
      if ((frame.kind() == Kind.PART) != unfinished) {
        throw new IOException("call " + call + " has " + frame.kind() + " out of order");
      }
      PayloadBody body = PayloadBody.read(frame.body());
      unfinished = body.more();
      if (frame.kind() == Kind.PART) {
        callee.send(new Signal.Part(body.bytes(), body.more(), false));
      } else if (!streams) {
        fail(this, Refusals.unsupported("an item of a stream that was not announced"));
      } else if (!body.references().isEmpty() && !features.references()) {
        fail(this, Refusals.unsupported("a reference"));
      } else {
        callee.send(new Signal.Item(body.payload()));
      }
    }

    /// The caller takes more. Reading thread.
    void credit(Signal signal) {
      if (!(signal instanceof Signal.Room(int bytes)) || !hasRoom(bytes)) {
        callee.send(signal);
      }
    }

    @Override
    void fallsBehind() {
      if (!open.containsKey(call)) {
        ending.put(call, this);
      }
    }

    @Override
    void caughtUp() {
      ending.remove(call);
    }

    @Override
    void cannotSay(Failure why) {
      if (open.containsKey(call)) {
        fail(this, why);
      } else {
        say(new Signal.Failed(why)); // its result cannot be sent
      }
    }

    @Override
    void unsaid(Signal signal) {
      signal.content().references().forEach(returned);
    }

    @Override
    public void send(Signal signal) {
      if (signal.ends() && isBehind()) {
        ending.put(call, this); // before it is no longer open: what makes room must find it
      }
      if (!open.containsKey(call) || (signal.ends() && !end(signal))) {
        unsaid(signal);
      } else if (!signal.content().references().isEmpty() && !features.references()) {
        unsaid(signal);
        refuse(signal);
      } else {
        say(signal);
      }
      if (signal.ends()) {
        // Behind the end itself: calls on its result fail because of it.
        promises.ended(call);
        if (!isBehind()) {
          ending.remove(call);
        }
      }
    }

    /// The other side knows no references.
    private void refuse(Signal signal) {
      Signal failed = new Signal.Failed(Refusals.unsupported("a reference in a result"));
      if (!signal.ends()) {
        open.remove(call);
        callee.send(new Signal.Cancel("its caller knows no references"));
      }
      say(failed);
      promises.ended(call);
    }

    /// @return whether this is the first end
    private boolean end(Signal signal) {
      promises.ending(call, signal);
      return open.remove(call) != null;
    }
  }
}
