package stoa.call;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import stoa.value.Encoded;
import stoa.value.Value;

/// Puts payloads that come in parts together, for a flow that takes only whole ones. Tells the one
/// who sends them that there is room for more. Its signals come one after the other.
public final class Joined implements Flow, TakesParts {
  private final Flow to;
  private final Flow sender;
  private final LongConsumer refuse;
  private final Budget budget;
  private @Nullable Unfinished unfinished; // guarded by this

  /// A payload that has begun.
  ///
  /// @param whole takes it when it is complete
  /// @param cancelled what happens on a cancel meanwhile
  private record Unfinished(
      ByteArrayOutputStream bytes,
      List<Value.Reference> references,
      Consumer<Payload> whole,
      Consumer<Signal.Cancel> cancelled) {
    Unfinished(Encoded first, Consumer<Payload> whole, Consumer<Signal.Cancel> cancelled) {
      this(
          new ByteArrayOutputStream(2 * first.bytes().length),
          first.references(),
          whole,
          cancelled);
    }
  }

  /// @param to gets whole payloads
  /// @param sender hears that there is room
  /// @param refuse what happens when a payload is too large, with the bytes that it has so far
  public Joined(Flow to, Flow sender, LongConsumer refuse, Budget budget) {
    this.to = to;
    this.sender = sender;
    this.refuse = refuse;
    this.budget = budget;
  }

  /// Opens a call at something that takes only whole payloads.
  ///
  /// @return takes payloads in parts
  public static Flow open(Invoker at, Invocation invocation, Flow caller, Budget budget) {
    boolean goesOn = invocation.argument().goesOn();
    if (!goesOn && !invocation.terms().shape().streams()) {
      return at.open(invocation, caller);
    }
    LateFlow callee = new LateFlow();
    LongConsumer refuse =
        bytes -> {
          Failure failure = tooLarge("what was sent to `" + invocation.name() + "`", bytes);
          caller.send(new Signal.Failed(failure));
          callee.send(new Signal.Cancel(failure.message()));
        };
    Joined joined = new Joined(callee, caller, refuse, budget);
    if (goesOn) {
      Encoded first = invocation.argument().encoded();
      Unfinished argument =
          new Unfinished(
              first,
              whole -> callee.attach(at.open(invocation.with(whole), caller)),
              // Nobody else ends a call that was never opened there.
              cancel -> caller.send(new Signal.Failed(cancelled(invocation, cancel.reason()))));
      joined.begin(argument, first);
    } else {
      callee.attach(at.open(invocation, caller));
    }
    return joined;
  }

  private static Failure cancelled(Invocation invocation, String reason) {
    return Failure.of(
        Failure.Code.CANCELLED, "`" + invocation.name() + "` was cancelled: " + reason + ".", "");
  }

  @Override
  public void send(Signal signal) {
    switch (signal) {
      case Signal.Item(Payload payload) when payload.goesOn() ->
          begin(payload, whole -> to.send(new Signal.Item(whole)));
      case Signal.Returned(Payload payload) when payload.goesOn() ->
          begin(payload, whole -> to.send(new Signal.Returned(whole)));
      case Signal.Part part -> add(part);
      case Signal.Cancel cancel -> {
        Unfinished begun = taken();
        if (begun == null) {
          to.send(cancel);
        } else {
          begun.cancelled().accept(cancel);
        }
      }
      case Signal.Failed _ -> {
        drop();
        to.send(signal);
      }
      case Signal.Room _ -> {} // what sends whole payloads does not count bytes
      case Signal.Item _, Signal.Returned _, Signal.End _, Signal.Credit _, Signal.Accepted _ ->
          to.send(signal);
    }
  }

  private void begin(Payload opening, Consumer<Payload> whole) {
    Encoded first = opening.encoded();
    begin(new Unfinished(first, whole, to::send), first);
  }

  private void begin(Unfinished begun, Encoded first) {
    synchronized (this) {
      unfinished = begun;
    }
    take(begun, first.bytes());
  }

  private void add(Signal.Part part) {
    Unfinished begun;
    synchronized (this) {
      begun = unfinished;
    }
    if (begun == null || !take(begun, part.bytes()) || part.more() || taken() == null) {
      return;
    }
    byte[] whole = begun.bytes().toByteArray();
    begun.whole().accept(new Payload.Bytes(new Encoded(whole, begun.references())));
  }

  /// @return whether there was room for it
  private boolean take(Unfinished begun, byte[] piece) {
    long size = (long) begun.bytes().size() + piece.length;
    if (size > Budget.MAX || !budget.take(piece.length)) {
      drop();
      refuse.accept(size);
      return false;
    }
    begun.bytes().writeBytes(piece);
    if (piece.length > 0) {
      sender.send(new Signal.Room(piece.length));
    }
    return true;
  }

  /// What is unfinished will never be whole.
  public void drop() {
    taken();
  }

  private synchronized @Nullable Unfinished taken() {
    Unfinished begun = unfinished;
    unfinished = null;
    if (begun != null) {
      budget.giveBack(begun.bytes().size());
    }
    return begun;
  }

  /// @param what is too large, for people
  public static Failure tooLarge(String what, long bytes) {
    return Failure.of(
        Failure.Code.RESOURCE_EXHAUSTED,
        Failure.Description.of(
                "%s has more than %d bytes, or there are too many large payloads of this peer at once."
                    .formatted(what, Budget.MAX),
                "Send it as a stream of smaller items, or wait for the others.")
            .with(
                Map.of(
                    "quota", "payload bytes",
                    "used", Long.toString(bytes),
                    "max", Long.toString(Budget.MAX))));
  }
}
