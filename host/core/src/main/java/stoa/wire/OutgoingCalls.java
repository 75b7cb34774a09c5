package stoa.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.v1.Cancel;
import stoa.v1.Credit;
import stoa.v1.End;
import stoa.v1.Failed;
import stoa.v1.Invoke;
import stoa.wire.Frames.Chunk;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;

/// The calls that this side opened, by number. Calls are opened from any thread, answers come on
/// the reading thread.
final class OutgoingCalls {
  private final Transport transport;
  private final AtomicLong next;
  private final long parity;
  private final Map<Long, Outgoing> open = new ConcurrentHashMap<>();
  private volatile @Nullable Failure lost;

  OutgoingCalls(Transport transport, long first) {
    this.transport = transport;
    this.next = new AtomicLong(first);
    this.parity = first & 1;
  }

  /// Whether calls with this number are opened by this side.
  boolean opens(long call) {
    return (call & 1) == parity;
  }

  Flow open(Invocation invocation, Flow caller) {
    long call = next.getAndAdd(2);
    Outgoing outgoing = new Outgoing(call, caller);
    open.put(call, outgoing);
    // After the connection ended nobody fails the calls in the table any more.
    Failure already = lost;
    if (already != null) {
      fail(outgoing, already);
      return _ -> {};
    }
    byte[] argument = invocation.argument().encoded();
    Chunk first = Chunk.first(argument);
    byte[] head = head(invocation, !first.last());
    transport.write(out -> writeParts(out, call, Kind.INVOKE, head, first));
    return outgoing;
  }

  private static byte[] head(Invocation invocation, boolean more) {
    Invocation.Terms terms = invocation.terms();
    Invoke.Builder head =
        Invoke.newBuilder()
            .setModule(invocation.module())
            .setMethod(invocation.method())
            .setCredit(terms.credit())
            .putAllMetadata(terms.metadata())
            .setMore(more);
    if (terms.deadline().limited()) {
      head.setTimeoutUs(
          Math.max(1, Duration.ofNanos(terms.deadline().nanosLeft()).toNanos() / 1000));
    }
    if (terms.lane() == Lane.BATCH) {
      head.setLane(stoa.v1.Lane.LANE_BATCH);
    }
    return head.build().toByteArray();
  }

  /// A payload in as many frames as it needs.
  static void writeParts(Outbox out, long call, Kind kind, byte[] head, Chunk first) {
    Frames.write(out, call, kind, head, first);
    Chunk chunk = first;
    while (!chunk.last()) {
      chunk = chunk.next();
      Frames.write(out, call, Kind.PART, IncomingCalls.more(!chunk.last()), chunk);
    }
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
      case CREDIT ->
          outgoing.caller.send(new Signal.Credit(Credit.parseFrom(frame.body()).getItems()));
      case FAILED -> fail(outgoing, FailureCodec.decode(Failed.parseFrom(frame.body())));
      default ->
          throw new IOException("the callee of call " + frame.call() + " sent " + frame.kind());
    }
  }

  private void payload(Outgoing outgoing, Incoming frame) throws IOException {
    PayloadBody body = PayloadBody.read(frame.body());
    if (body.references()) {
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
      byte[] whole = outgoing.parts.add(body.payload(), body.more());
      if (whole != null) {
        deliver(outgoing, Payload.of(whole));
      }
    } catch (IncomingPayload.PayloadTooLarge e) {
      cancel(outgoing.call, "payload too large");
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

  private void cancel(long call, String reason) {
    byte[] body = Cancel.newBuilder().setReason(reason).build().toByteArray();
    transport.write(out -> Frames.write(out, call, Kind.CANCEL, body));
  }

  /// One call: what its caller says becomes frames.
  private final class Outgoing implements Flow {
    final long call;
    final Flow caller;

    // Reading thread only.
    final IncomingPayload parts = new IncomingPayload();
    boolean partsReturn;

    Outgoing(long call, Flow caller) {
      this.call = call;
      this.caller = caller;
    }

    @Override
    public void send(Signal signal) {
      if (!open.containsKey(call)) {
        return;
      }
      switch (signal) {
        case Signal.Item(Payload payload) -> {
          Chunk first = Chunk.first(payload.encoded());
          byte[] head = IncomingCalls.more(!first.last());
          transport.write(out -> writeParts(out, call, Kind.ITEM, head, first));
        }
        case Signal.End _ -> {
          byte[] body = End.getDefaultInstance().toByteArray();
          transport.write(out -> Frames.write(out, call, Kind.END, body));
        }
        case Signal.Credit(int items) -> {
          byte[] body = Credit.newBuilder().setItems(items).build().toByteArray();
          transport.write(out -> Frames.write(out, call, Kind.CREDIT, body));
        }
        case Signal.Cancel(String reason) -> cancel(call, reason);
        case Signal.Returned _, Signal.Failed _ ->
            throw new IllegalArgumentException("a caller cannot end its call with " + signal);
      }
    }
  }
}
