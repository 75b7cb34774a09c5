package stoa.process;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.wire.Connection;

/// One call of a process: explains a loss by the death of the process, and sees to it that a call
/// that was cancelled, or used too much, ends. Any thread.
final class ChildCall implements Flow, TakesParts {
  /// How long a child may go on with a call that was cancelled before it is killed.
  private static final long CANCEL_GRACE_MS = 450;

  private final Child child;
  private final String name;
  private final Flow caller;
  private final AtomicBoolean answered = new AtomicBoolean(); // its caller has its end
  private final long begin = System.nanoTime();
  private volatile @Nullable Flow callee;
  private volatile boolean over;

  ChildCall(Child child, String name, Flow caller) {
    this.child = child;
    this.name = name;
    this.caller = caller;
  }

  boolean isOpenSince(long nanoTime) {
    return begin - nanoTime <= 0;
  }

  /// `module.method`.
  String name() {
    return name;
  }

  Flow open(Connection connection, Invocation invocation) {
    child.begins(this);
    Flow opened = connection.open(invocation, this);
    callee = opened;
    return signal -> fromCaller(signal, opened);
  }

  private void fromCaller(Signal signal, Flow to) {
    to.send(signal);
    if (signal instanceof Signal.Cancel && !over) {
      child.timer().in(CANCEL_GRACE_MS, TimeUnit.MILLISECONDS, this::overdue);
    }
  }

  /// Ends for its caller, and is to stop.
  void exceeds(Failure failure) {
    Flow to = callee;
    if (to != null && answered.compareAndSet(false, true)) {
      caller.send(new Signal.Failed(failure));
      fromCaller(new Signal.Cancel(failure.message()), to);
    }
  }

  private void overdue() {
    if (!over) {
      child.killForCall();
    }
  }

  /// What the child says.
  @Override
  public void send(Signal signal) {
    if (signal.ends()) {
      ends(signal);
      return;
    }
    if (signal instanceof Signal.Item) {
      child.getsOn(this, false);
    }
    caller.send(signal);
  }

  private void ends(Signal signal) {
    over = true;
    child.getsOn(this, true);
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    if (signal instanceof Signal.Failed(Failure failure)
        && failure.code() == Failure.Code.LOST
        && child.isCutOff()) {
      // The exit of the process says more than the end of its connection.
      child.ended().thenAccept(why -> caller.send(new Signal.Failed(why)));
    } else {
      caller.send(signal);
    }
  }
}
