package stoa.wire;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stoa.call.Budget;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Joined;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.call.Target;
import stoa.v1.Failed;
import stoa.value.Encoded;
import stoa.value.Value;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;
import stoa.wire.Talk.Head;

/// The calls that this side opened, by number. Calls are opened from any thread, answers come on
/// the reading thread.
final class OutgoingCalls {
  private final CallFrames frames;
  private final AtomicLong next;
  private final long parity;
  private final Map<Long, Outgoing> open = new ConcurrentHashMap<>();
  private final Budget unfinishedPayloads = new Budget();
  private final Consumer<Value.Reference> returned;
  private volatile Features features = Features.NONE;
  private volatile @Nullable Failure lost;

  /// @param returned takes back a reference that was not delivered after all
  OutgoingCalls(Transport transport, long first, Consumer<Value.Reference> returned) {
    this.frames = new CallFrames(transport);
    this.returned = returned;
    this.next = new AtomicLong(first);
    this.parity = first & 1;
  }

  /// What the handshake said that the other side can do.
  void agreed(Features common) {
    features = common;
  }

  /// Whether calls with this number are opened by this side.
  boolean opens(long call) {
    return (call & 1) == parity;
  }

  /// A call that this side opened and that is under way, by which the other side names the parent
  /// of its own calls.
  @Nullable Parent parent(long call) {
    return open.get(call);
  }

  /// What a call hands down to those that are made on its behalf. After a cancel, also the one for
  /// a deadline that has passed, they are for cleaning up and have a short while of their own.
  sealed interface Parent permits Outgoing {
    Chain chain();

    Deadline deadline();
  }

  /// @param incoming the calls of the other side, among which those that led to this one are named
  Flow open(Invocation invocation, Flow caller, IncomingCalls incoming) {
    Failure unsupported = unsupported(invocation);
    if (unsupported != null) {
      caller.send(new Signal.Failed(unsupported));
      return _ -> {};
    }
    Outgoing outgoing;
    // Numbers rise on the wire too. Nothing in here tells anybody anything but the transport.
    synchronized (next) {
      outgoing = new Outgoing(next.getAndAdd(2), invocation, caller);
      open.put(outgoing.call, outgoing);
      if (lost == null) {
        outgoing.begin(
            Channels.permitted(invocation, features), invocation.chain().openedBy(incoming));
      }
    }
    // After the connection ended nobody fails the calls in the table any more.
    Failure already = lost;
    if (already != null) {
      fail(outgoing, already);
      return _ -> {};
    }
    return outgoing;
  }

  private @Nullable Failure unsupported(Invocation invocation) {
    if (invocation.terms().shape().streams() && !features.streamsIn()) {
      return Refusals.unsupported("a stream from the caller");
    }
    if (invocation.target() instanceof Target.Channel && !features.channels()) {
      return Refusals.unsupported("a channel");
    }
    if (!features.largePayloads()
        && invocation.argument().encoded().bytes().length > Signal.Room.FIRST) {
      return Refusals.tooLargeForIt();
    }
    boolean refers =
        !invocation.argument().references().isEmpty() || InvokeHead.isOnObject(invocation);
    return refers && !features.references() ? Refusals.unsupported("a reference") : null;
  }

  /// A frame of a call that this side opened. Calls that are over are forgotten: their late frames
  /// are dropped.
  void take(Incoming frame) throws IOException {
    Outgoing outgoing = open.get(frame.call());
    if (outgoing == null) {
      return;
    }
    switch (frame.kind()) {
      case ITEM, PART, RETURNED -> payload(outgoing, frame);
      case END -> outgoing.caller.send(new Signal.End());
      case CREDIT -> CallFrames.credit(frame).forEach(outgoing::credit);
      case ACCEPTED -> outgoing.caller.send(Channels.accepted(frame));
      case FAILED -> fail(outgoing, FailureCodec.decode(Failed.parseFrom(frame.body())));
      default ->
          throw new IOException("the callee of call " + frame.call() + " sent " + frame.kind());
    }
  }

  private void payload(Outgoing outgoing, Incoming frame) throws IOException {
    PayloadBody body = PayloadBody.read(frame.body());
    if (!body.references().isEmpty() && !features.references()) {
      fail(outgoing, Refusals.unsupported("a reference in a result"));
      return;
    }
    if ((frame.kind() == Kind.PART) != outgoing.unfinished) {
      throw new IOException("call " + outgoing.call + " has " + frame.kind() + " out of order");
    }
    outgoing.unfinished = body.more();
    if (frame.kind() != Kind.PART) {
      outgoing.returning = frame.kind() == Kind.RETURNED;
    }
    Signal said =
        switch (frame.kind()) {
          case PART -> new Signal.Part(body.bytes(), body.more(), outgoing.returning);
          case RETURNED -> new Signal.Returned(body.payload());
          default -> new Signal.Item(body.payload());
        };
    if (said.ends()) {
      open.remove(outgoing.call);
    }
    outgoing.hears(said);
  }

  void failAll(Failure failure) {
    lost = failure;
    open.values().forEach(outgoing -> fail(outgoing, failure));
  }

  private void fail(Outgoing outgoing, Failure failure) {
    if (open.remove(outgoing.call) != null) {
      outgoing.caller.send(new Signal.Failed(failure));
    }
  }

  /// One call: what its caller says becomes frames.
  final class Outgoing extends Talk implements Parent {
    private final Chain chain;
    private volatile Deadline deadline; // of what is made on its behalf

    private volatile Flow caller; // changed by the reading thread

    // Reading thread only.
    private boolean unfinished;
    private boolean returning;

    Outgoing(long call, Invocation invocation, Flow caller) {
      super(frames, call);
      this.caller = caller;
      this.chain = invocation.chain();
      this.deadline = invocation.terms().deadline();
    }

    private void begin(Invocation invocation, long parent) {
      Encoded argument = invocation.argument().encoded();
      Head head = more -> InvokeHead.write(invocation, parent, argument.references(), more);
      if (invocation.argument().goesOn()) {
        opening(Kind.INVOKE, argument, head);
      } else {
        whole(Kind.INVOKE, argument, head);
      }
    }

    /// The callee said something.
    private void hears(Signal signal) {
      if (signal.content().goesOn() && !(caller instanceof TakesParts)) {
        caller =
            new Joined(
                caller,
                this,
                bytes -> refused(Joined.tooLarge("what the other side sent", bytes)),
                unfinishedPayloads);
      }
      caller.send(signal);
    }

    private void refused(Failure failure) {
      send(new Signal.Cancel(failure.message()));
      fail(this, failure);
    }

    /// The callee takes more. Reading thread.
    private void credit(Signal signal) {
      if (!(signal instanceof Signal.Room(int bytes)) || !hasRoom(bytes)) {
        caller.send(signal);
      }
    }

    private static boolean burdens(Signal signal) {
      return signal instanceof Signal.Item || signal instanceof Signal.Part;
    }

    @Override
    Features features() {
      return features;
    }

    @Override
    void fallsBehind() {}

    @Override
    void caughtUp() {}

    @Override
    void cannotSay(Failure why) {
      refused(why);
    }

    @Override
    void unsaid(Signal signal) {
      signal.content().references().forEach(returned);
    }

    @Override
    public Chain chain() {
      return chain;
    }

    @Override
    public Deadline deadline() {
      return deadline;
    }

    @Override
    public void send(Signal signal) {
      if (signal.ends()) {
        throw new IllegalArgumentException("a caller cannot end its call with " + signal);
      }
      if (signal instanceof Signal.Cancel) {
        deadline = Deadline.toCleanUp();
      }
      if (!open.containsKey(call)) {
        unsaid(signal);
      } else if (burdens(signal) && frames.queued() > 2 * Connection.QUEUE_LIMIT) {
        // What a caller sends must not have its callee taken for one that does not read.
        unsaid(signal);
        refused(Refusals.queueFull(frames.queued()));
      } else {
        say(signal);
      }
    }
  }
}
