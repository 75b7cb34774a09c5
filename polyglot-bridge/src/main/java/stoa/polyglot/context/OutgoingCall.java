package stoa.polyglot.context;

import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;

/// A call that a guest makes to another module. Signals wait here until the guest's thread takes
/// them: in a task of their own, or because guest code blocks for them. Credit bounds how many
/// there can be.
final class OutgoingCall {
  private final long number;
  private final @Nullable GuestCall parent;
  private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
  private final Object lock = new Object();
  private @Nullable Flow callee;
  private @Nullable Signal early;
  private volatile boolean ended;

  /// @param parent the call for which it is made, if there is one
  OutgoingCall(long number, @Nullable GuestCall parent) {
    this.number = number;
    this.parent = parent;
  }

  long number() {
    return number;
  }

  /// On the guest's thread, when it has taken the last signal.
  void settled() {
    if (parent != null) {
      parent.settled(this);
    }
  }

  /// @param arrived runs after each signal, on any thread
  void open(Invoker router, Invocation invocation, Runnable arrived) {
    Flow flow =
        router.open(
            invocation,
            signal -> {
              if (ended) {
                return;
              }
              ended = signal.ends();
              inbox.add(signal);
              arrived.run();
            });
    Signal waiting;
    synchronized (lock) {
      callee = flow;
      waiting = early;
      early = null;
    }
    if (waiting != null) {
      flow.send(waiting);
    }
  }

  /// Signals that arrived and were not taken.
  Queue<Signal> inbox() {
    return inbox;
  }

  /// Blocks the guest's thread.
  Signal take() throws InterruptedException {
    return inbox.take();
  }

  void credit(int items) {
    send(new Signal.Credit(items));
  }

  void cancel(String reason) {
    send(new Signal.Cancel(reason));
  }

  /// A cancel can come before `open` returned; credit cannot, because it follows items that the
  /// guest took later.
  private void send(Signal signal) {
    Flow flow;
    synchronized (lock) {
      flow = callee;
      if (flow == null) {
        early = signal;
        return;
      }
    }
    if (!ended) {
      flow.send(signal);
    }
  }
}
