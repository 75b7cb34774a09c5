package stoa.polyglot.context;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Value;

/// A call that a guest serves. Ends exactly once; whoever is first decides how. Any thread.
final class GuestCall {
  private final long number;
  private final Invocation invocation;
  private final Flow caller;
  private final LongConsumer whenEnded;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final Map<Long, OutgoingCall> nested = new ConcurrentHashMap<>();
  private volatile @Nullable String cancelled;

  private enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  GuestCall(long number, Invocation invocation, Flow caller, LongConsumer whenEnded) {
    this.number = number;
    this.invocation = invocation;
    this.caller = caller;
    this.whenEnded = whenEnded;
  }

  long number() {
    return number;
  }

  Invocation invocation() {
    return invocation;
  }

  /// False when the call ended while it waited.
  boolean begin() {
    return state.compareAndSet(State.WAITING, State.RUNNING);
  }

  boolean waits() {
    return state.get() == State.WAITING;
  }

  boolean ended() {
    return state.get() == State.ENDED;
  }

  /// Why nobody wants the result any more; null while somebody does.
  @Nullable String cancelled() {
    return cancelled;
  }

  void item(Value value) {
    if (!ended()) {
      caller.send(new Signal.Item(Payload.of(value)));
    }
  }

  void end() {
    if (!ended()) {
      caller.send(new Signal.End());
    }
  }

  void returned(Value value) {
    finish(new Signal.Returned(Payload.of(value)));
  }

  void failed(Failure failure) {
    finish(new Signal.Failed(failure));
  }

  /// Stops what the guest asked of other modules for this call, so that code which waits for an
  /// answer goes on.
  void cancelNested(String reason) {
    cancelled = reason;
    nested.values().forEach(call -> call.cancel(reason));
  }

  void opened(OutgoingCall call) {
    nested.put(call.number(), call);
    if (cancelled != null) {
      call.cancel("the call that made it was cancelled");
    }
  }

  void settled(OutgoingCall call) {
    nested.remove(call.number());
  }

  private void finish(Signal end) {
    if (state.getAndSet(State.ENDED) != State.ENDED) {
      whenEnded.accept(number);
      caller.send(end);
    }
  }
}
