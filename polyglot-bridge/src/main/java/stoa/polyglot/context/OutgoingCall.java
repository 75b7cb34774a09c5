package stoa.polyglot.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.LateFlow;
import stoa.call.Signal;

/// A call that a guest makes.
final class OutgoingCall {
  private final long number;
  private final @Nullable GuestCall parent;
  private final Chain chain;
  private final Inbox inbox;
  private final LateFlow callee = new LateFlow();
  private final List<Outbound.Follower> followers = new ArrayList<>(0);
  private final AtomicBoolean targetless = new AtomicBoolean();
  private volatile boolean ended;
  private Runnable whenSettled = () -> {}; // the guest's thread

  /// @param parent the call for which it is made, if there is one
  OutgoingCall(long number, @Nullable GuestCall parent, Chain chain, Inbox inbox) {
    this.number = number;
    this.parent = parent;
    this.chain = chain;
    this.inbox = inbox;
  }

  long number() {
    return number;
  }

  Optional<GuestCall> parent() {
    return Optional.ofNullable(parent);
  }

  /// Whether it ends with the call for which it was made.
  boolean isNested() {
    return parent != null;
  }

  Chain chain() {
    return chain;
  }

  /// What the callee said and the guest did not take yet.
  Inbox inbox() {
    return inbox;
  }

  void open(Invoker router, Invocation invocation) {
    callee.attach(router.open(invocation, this::arrived));
  }

  private void arrived(Signal signal) {
    if (!ended) {
      ended = signal.ends();
      inbox.add(signal);
    }
  }

  /// On the guest's thread, when it has taken the last signal.
  void settled() {
    whenSettled.run();
    if (parent != null) {
      parent.settled(this);
    }
  }

  /// @param action is run once, by [#settled]
  void whenSettled(Runnable action) {
    whenSettled = action;
  }

  /// Calls on its result. On the guest's thread.
  List<Outbound.Follower> followers() {
    return followers;
  }

  /// It is made on the result of another call.
  ///
  /// @return false when it is over before that is known
  boolean waitForTarget() {
    targetless.set(true);
    return !ended;
  }

  /// The other call has returned what it is made on.
  ///
  /// @return false when it was cancelled meanwhile
  boolean hasTarget() {
    return targetless.compareAndSet(true, false);
  }

  /// It ends before it was opened.
  void fails(Failure failure) {
    targetless.set(false);
    arrived(new Signal.Failed(failure));
  }

  /// Tells the callee. Any thread.
  ///
  /// @return false when the call is over: then nothing was said
  boolean say(Signal signal) {
    if (ended) {
      return false;
    }
    callee.send(signal);
    return true;
  }

  void cancel(String reason) {
    if (targetless.compareAndSet(true, false)) {
      arrived(
          new Signal.Failed(
              Failure.of(Failure.Code.CANCELLED, "The call was cancelled: " + reason + ".", "")));
    } else {
      say(new Signal.Cancel(reason));
    }
  }
}
