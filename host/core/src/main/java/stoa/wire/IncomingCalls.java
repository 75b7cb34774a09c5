package stoa.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Invocation.Terms;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.v1.Cancel;
import stoa.v1.Credit;
import stoa.v1.End;
import stoa.v1.Invoke;
import stoa.wire.Frames.Chunk;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;

/// The calls that the other side opened, by number. Frames come on the reading thread, answers from
/// any thread.
final class IncomingCalls {
  /// How many calls one peer may have open.
  private static final int MAX_OPEN = 10_000;

  private static final byte[] MORE = {1 << 3, 1};
  private static final byte[] NO_MORE = {};

  private final Transport transport;
  private final Invoker served;
  private final Map<Long, Serving> open = new ConcurrentHashMap<>();
  private long newest;

  IncomingCalls(Transport transport, Invoker served) {
    this.transport = transport;
    this.served = served;
  }

  /// The head of an Item, Part or Returned: the field `more`.
  static byte[] more(boolean more) {
    return more ? MORE : NO_MORE;
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
      case PART -> serving.part(PayloadBody.read(frame.body()));
      case ITEM, END -> fail(serving, Refusals.unsupported("a stream from the caller"));
      case CREDIT -> serving.toCallee(credit(frame));
      case CANCEL ->
          serving.toCallee(new Signal.Cancel(Cancel.parseFrom(frame.body()).getReason()));
      default ->
          throw new IOException("the caller of call " + frame.call() + " sent " + frame.kind());
    }
  }

  private static Signal credit(Incoming frame) throws IOException {
    int items = Credit.parseFrom(frame.body()).getItems();
    if (items <= 0) {
      throw new IOException("credit of " + Integer.toUnsignedString(items) + " items");
    }
    return new Signal.Credit(items);
  }

  private void invoke(Incoming frame) throws IOException {
    if (frame.call() <= newest) {
      throw new IOException("call " + frame.call() + " was opened before");
    }
    newest = frame.call();
    Invoke invoke = Invoke.parseFrom(frame.body());
    Serving serving = new Serving(frame.call(), invoke);
    open.put(frame.call(), serving);
    if (open.size() > MAX_OPEN) {
      fail(serving, Refusals.tooManyCalls(MAX_OPEN));
    } else if (invoke.hasReference() || invoke.getReferencesCount() > 0) {
      fail(serving, Refusals.unsupported("a reference"));
    } else if (invoke.getStreams()) {
      fail(serving, Refusals.unsupported("a stream from the caller"));
    } else {
      serving.part(new PayloadBody(invoke.getMore(), false, invoke.getArgument().toByteArray()));
    }
  }

  void unsupported(long call) {
    Serving serving = open.get(call);
    if (serving != null) {
      fail(serving, Refusals.unsupported("a frame of this kind"));
    }
  }

  private void fail(Serving serving, Failure failure) {
    serving.toCallee(new Signal.Cancel(failure.message()));
    serving.send(new Signal.Failed(failure));
  }

  void cancelAll(String reason) {
    List<Serving> left = List.copyOf(open.values());
    open.clear();
    left.forEach(serving -> serving.toCallee(new Signal.Cancel(reason)));
  }

  /// One call: what its callee says becomes frames.
  private final class Serving implements Flow {
    final long call;
    private final IncomingPayload parts = new IncomingPayload();
    private final Invoke invoke;
    private @Nullable Flow callee;

    Serving(long call, Invoke invoke) {
      this.call = call;
      this.invoke = invoke;
    }

    /// A part of the argument; the last one opens the call.
    void part(PayloadBody body) throws IOException {
      if (callee != null) {
        throw new IOException("a part of an argument that was complete, of call " + call);
      }
      try {
        byte[] whole = parts.add(body.payload(), body.more());
        if (whole != null) {
          callee = served.open(invocation(whole), this);
        }
      } catch (IncomingPayload.PayloadTooLarge e) {
        send(new Signal.Failed(Refusals.tooLarge(e.bytes)));
      }
    }

    private Invocation invocation(byte[] argument) {
      Deadline deadline =
          invoke.getTimeoutUs() == 0 ? Deadline.NONE : Deadline.in(timeLeft(invoke.getTimeoutUs()));
      Lane lane = invoke.getLane() == stoa.v1.Lane.LANE_BATCH ? Lane.BATCH : Lane.INTERACTIVE;
      Terms terms =
          new Terms(deadline, lane, Math.max(0, invoke.getCredit()), invoke.getMetadataMap());
      return new Invocation(invoke.getModule(), invoke.getMethod(), Payload.of(argument), terms);
    }

    private static Duration timeLeft(long micros) {
      long century = Duration.ofDays(36_500).toNanos() / 1000;
      return Duration.ofNanos((micros < 0 ? century : Math.min(micros, century)) * 1000);
    }

    void toCallee(Signal signal) {
      if (callee != null) {
        callee.send(signal);
      } else if (signal instanceof Signal.Cancel) {
        open.remove(call);
      }
    }

    @Override
    public void send(Signal signal) {
      if (signal.ends() ? open.remove(call) == null : !open.containsKey(call)) {
        return;
      }
      switch (signal) {
        case Signal.Item(Payload payload) -> payload(Kind.ITEM, payload);
        case Signal.Returned(Payload payload) -> payload(Kind.RETURNED, payload);
        case Signal.Failed(Failure failure) -> {
          byte[] body = FailureCodec.encode(failure).toByteArray();
          transport.write(out -> Frames.write(out, call, Kind.FAILED, body));
        }
        case Signal.End _ -> {
          byte[] body = End.getDefaultInstance().toByteArray();
          transport.write(out -> Frames.write(out, call, Kind.END, body));
        }
        case Signal.Credit(int items) -> {
          byte[] body = Credit.newBuilder().setItems(items).build().toByteArray();
          transport.write(out -> Frames.write(out, call, Kind.CREDIT, body));
        }
        case Signal.Cancel _ ->
            throw new IllegalArgumentException("a callee cannot cancel a call; it fails it");
      }
    }

    private void payload(Kind kind, Payload payload) {
      Chunk first = Chunk.first(payload.encoded());
      transport.write(out -> OutgoingCalls.writeParts(out, call, kind, more(!first.last()), first));
    }
  }
}
