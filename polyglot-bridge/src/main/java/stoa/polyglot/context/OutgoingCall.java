package stoa.polyglot.context;

import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
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
  private volatile boolean ended;

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
    if (parent != null) {
      parent.settled(this);
    }
  }

  /// Tells the callee. Any thread.
  void say(Signal signal) {
    if (!ended) {
      callee.send(signal);
    }
  }

  void cancel(String reason) {
    say(new Signal.Cancel(reason));
  }
}
