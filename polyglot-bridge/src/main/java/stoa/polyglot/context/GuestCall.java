package stoa.polyglot.context;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Signal;

/// A call that a guest serves. Ends exactly once; whoever is first decides how. Any thread.
final class GuestCall {
  private final long number;
  private final Invocation invocation;
  private final Flow caller;
  private final Consumer<GuestCall> whenEnded;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final Map<Long, OutgoingCall> nested = new ConcurrentHashMap<>();
  private volatile @Nullable String cancelled;
  private volatile @Nullable Deadline grace;
  private volatile boolean cleansUp;
  private final @Nullable Inbox items;
  private int credit; // on the guest's thread

  private enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  /// @param items takes what the caller streams; null when it streams nothing
  GuestCall(
      long number,
      Invocation invocation,
      Flow caller,
      @Nullable Inbox items,
      Consumer<GuestCall> whenEnded) {
    this.number = number;
    this.invocation = invocation;
    this.caller = caller;
    this.items = items;
    this.whenEnded = whenEnded;
    this.credit = invocation.terms().credit();
  }

  long number() {
    return number;
  }

  Invocation invocation() {
    return invocation;
  }

  Chain chain() {
    return invocation.chain();
  }

  /// What the caller streams and the guest did not take yet; null when it streams nothing.
  @Nullable Inbox items() {
    return items;
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

  /// Items that the caller takes, as known when the call begins.
  int credit() {
    return credit;
  }

  void addCredit(int items) {
    credit += items;
  }

  /// Why nobody wants the result any more; null while somebody does.
  @Nullable String cancelled() {
    return cancelled;
  }

  /// Whether its code is to stop: nobody wants the result, or it is over.
  boolean isStopped() {
    return cancelled != null || ended();
  }

  /// @return false when the call is over: then nothing was said
  boolean say(Signal signal) {
    if (ended()) {
      return false;
    }
    caller.send(signal);
    return true;
  }

  void failed(Failure failure) {
    finish(new Signal.Failed(failure));
  }

  /// @return false when the call is over: then nothing was said
  boolean finish(Signal end) {
    if (state.getAndSet(State.ENDED) == State.ENDED) {
      return false;
    }
    whenEnded.accept(this);
    caller.send(end);
    return true;
  }

  /// Stops what the guest asked of other modules for this call, so that code which waits for an
  /// answer goes on. What it asks from now on is for cleaning up.
  ///
  /// @return false when it was stopped before
  boolean stop(String reason) {
    synchronized (this) {
      if (cancelled != null) {
        return false;
      }
      grace = Deadline.toCleanUp();
      cancelled = reason;
    }
    nested.values().forEach(call -> call.cancel(reason));
    return true;
  }

  /// Its code hears only now that it is to stop: the context was busy.
  void hears() {
    grace = Deadline.toCleanUp();
  }

  /// Until when its code may call others to clean up; null while nobody has stopped it.
  @Nullable Deadline grace() {
    return grace;
  }

  /// The guest calls others to clean up after this call.
  void cleansUp() {
    cleansUp = true;
  }

  /// Whether it has called others to clean up.
  boolean hasCleanedUp() {
    return cleansUp;
  }

  /// The guest made a call for this one, which is to end with it.
  void opened(OutgoingCall call) {
    nested.put(call.number(), call);
    if (cancelled != null) {
      call.cancel("the call that made it was cancelled");
    }
  }

  void settled(OutgoingCall call) {
    nested.remove(call.number());
  }
}
