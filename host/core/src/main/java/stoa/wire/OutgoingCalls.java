package stoa.wire;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.v1.Failed;
import stoa.value.Encoded;
import stoa.wire.Frames.Chunk;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;

/// The calls that this side opened, by number. Calls are opened from any thread, answers come on
/// the reading thread.
final class OutgoingCalls {
  private final CallFrames frames;
  private final AtomicLong next;
  private final long parity;
  private final Map<Long, Outgoing> open = new ConcurrentHashMap<>();
  private volatile Features features = Features.NONE;
  private volatile @Nullable Failure lost;

  OutgoingCalls(Transport transport, long first) {
    this.frames = new CallFrames(transport);
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

  /// What a call hands down to those that are made on its behalf.
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
    long call = next.getAndAdd(2);
    Outgoing outgoing = new Outgoing(call, invocation, caller);
    open.put(call, outgoing);
    // After the connection ended nobody fails the calls in the table any more.
    Failure already = lost;
    if (already != null) {
      fail(outgoing, already);
      return _ -> {};
    }
    Encoded argument = invocation.argument().encoded();
    Chunk first = Chunk.first(argument.bytes());
    long parent = invocation.chain().openedBy(incoming);
    byte[] head = InvokeHead.write(invocation, parent, argument.references(), !first.last());
    frames.parts(call, Kind.INVOKE, head, first);
    return outgoing;
  }

  private @Nullable Failure unsupported(Invocation invocation) {
    if (invocation.terms().shape().streams() && !features.streamsIn()) {
      return Refusals.unsupported("a stream from the caller");
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
      case CREDIT -> outgoing.caller.send(CallFrames.credit(frame));
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
    if ((frame.kind() == Kind.PART) != outgoing.parts.unfinished()) {
      throw new IOException("call " + outgoing.call + " has " + frame.kind() + " out of order");
    }
    if (frame.kind() != Kind.PART) {
      outgoing.partsReturn = frame.kind() == Kind.RETURNED;
    }
    try {
      Payload whole = outgoing.parts.add(body);
      if (whole != null) {
        deliver(outgoing, whole);
      }
    } catch (IncomingPayload.PayloadTooLarge e) {
      frames.send(outgoing.call, new Signal.Cancel("payload too large"));
      fail(outgoing, Refusals.tooLarge(e.bytes));
    }
  }

  private void deliver(Outgoing outgoing, Payload payload) {
    if (outgoing.partsReturn) {
      open.remove(outgoing.call);
      outgoing.caller.send(new Signal.Returned(payload));
    } else {
      outgoing.caller.send(new Signal.Item(payload));
    }
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
  final class Outgoing implements Flow, Parent {
    private final long call;
    private final Flow caller;
    private final Chain chain;
    private final Deadline deadline;

    // Reading thread only.
    private final IncomingPayload parts = new IncomingPayload();
    private boolean partsReturn;

    Outgoing(long call, Invocation invocation, Flow caller) {
      this.call = call;
      this.caller = caller;
      this.chain = invocation.chain();
      this.deadline = invocation.terms().deadline();
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
      if (open.containsKey(call)) {
        frames.send(call, signal);
      }
    }
  }
}
