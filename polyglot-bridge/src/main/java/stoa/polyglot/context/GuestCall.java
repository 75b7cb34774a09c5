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
import stoa.limit.Backlog;

/// A call that a guest serves. Ends exactly once; whoever is first decides how. Any thread.
final class GuestCall {
  private final long number;
  private final Invocation invocation;
  private final Flow caller;
  private final Consumer<GuestCall> whenEnded;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final Map<Long, OutgoingCall> nested = new ConcurrentHashMap<>();
  private final Backlog.Stay stay;
  private volatile @Nullable String cancelled;
  private volatile @Nullable Failure verdict;
  private volatile boolean proceeds; // it has said an item
  private long cpuNanos; // the watch's thread only
  private volatile @Nullable Deadline grace;
  private volatile boolean cleansUp;
  private final @Nullable Inbox items;
  private int credit; // on the guest's thread

  private enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  /// Whose call it is, and what of it waits.
  ///
  /// @param stay of the call among those that wait
  record Origin(Flow caller, Backlog.Stay stay) {}

  /// @param items takes what the caller streams; null when it streams nothing
  GuestCall(
      long number,
      Invocation invocation,
      Origin origin,
      @Nullable Inbox items,
      Consumer<GuestCall> whenEnded) {
    this.number = number;
    this.invocation = invocation;
    this.caller = origin.caller();
    this.stay = origin.stay();
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
    boolean begins = state.compareAndSet(State.WAITING, State.RUNNING);
    if (begins) {
      stay.begins();
    }
    return begins;
  }

  /// What of it waits.
  Backlog.Stay stay() {
    return stay;
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

  /// What it gets in the end, since it is stopped; null while it is not.
  @Nullable Failure verdict() {
    return verdict;
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
    if (signal instanceof Signal.Item && !proceeds) {
      proceeds = true;
    }
    caller.send(signal);
    return true;
  }

  /// Its code was seen to use CPU time. One thread asks.
  ///
  /// @return how much it has used since it began, or since its last item
  long usesCpu(long nanos) {
    if (proceeds) {
      proceeds = false;
      cpuNanos = 0;
    }
    cpuNanos += nanos;
    return cpuNanos;
  }

  void failed(Failure failure) {
    finish(new Signal.Failed(failure));
  }

  /// @return false when the call is over: then nothing was said
  boolean finish(Signal end) {
    if (state.getAndSet(State.ENDED) == State.ENDED) {
      return false;
    }
    stay.ends();
    whenEnded.accept(this);
    caller.send(end);
    return true;
  }

  /// Stops what the guest asked of other modules for this call, so that code which waits for an
  /// answer goes on. What it asks from now on is for cleaning up.
  ///
  /// @param end what it gets in the end
  /// @return false when it was stopped before
  boolean stop(String reason, Failure end) {
    synchronized (this) {
      if (cancelled != null) {
        return false;
      }
      grace = Deadline.toCleanUp();
      verdict = end;
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
