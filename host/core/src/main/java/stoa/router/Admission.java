package stoa.router;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Lanes;
import stoa.call.LateFlow;
import stoa.call.Signal;

/// Lets as many calls at a time go on to an instance as it said that it serves; the others wait in
/// a fair order (PROTOCOL.md, "Connection", on limits). Calls that its own calls led to do not
/// wait: those wait for them. Any thread.
final class Admission implements Invoker {
  private final Invoker module;
  private final Object instance;
  private final int most;
  private final Lanes<Waiting> lanes = new Lanes<>(); // guarded by this
  private int running; // guarded by this
  private boolean admitting; // guarded by this

  /// @param instance as which calls name their server
  Admission(Invoker module, Object instance, int most) {
    this.module = module;
    this.instance = instance;
    this.most = most;
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (comesFromHere(invocation.chain())) {
      return module.open(invocation, caller);
    }
    Waiting waiting;
    synchronized (this) {
      if (running < most && lanes.size() == 0) {
        running++;
        waiting = null;
      } else {
        waiting = new Waiting(invocation, caller);
        lanes.add(waiting, invocation.chain().caller(), invocation.terms().lane());
      }
    }
    return waiting == null ? module.open(invocation, new Admitted(caller)) : waiting;
  }

  @SuppressWarnings("ReferenceEquality") // instances are compared by identity
  private boolean comesFromHere(Chain chain) {
    Optional<Chain> led = chain.parent();
    while (led.isPresent()) {
      if (led.get().server() == instance) {
        return true;
      }
      led = led.get().parent();
    }
    return false;
  }

  private void ended() {
    synchronized (this) {
      running--;
      if (admitting) {
        return; // whoever admits sees the place
      }
      admitting = true;
    }
    // A call may end while it is opened: in a loop, so that a long queue is no deep stack.
    for (Waiting next = next(); next != null; next = next()) {
      next.begin();
    }
  }

  private synchronized @Nullable Waiting next() {
    Waiting next = running < most ? lanes.poll() : null;
    admitting = next != null;
    running += next == null ? 0 : 1;
    return next;
  }

  private synchronized boolean waitsNoMore(Waiting call, Invocation invocation) {
    return lanes.remove(call, invocation.chain().caller(), invocation.terms().lane());
  }

  /// What the callee of a call says that has a place.
  private final class Admitted implements Flow {
    private final Flow caller;

    Admitted(Flow caller) {
      this.caller = caller;
    }

    @Override
    public void send(Signal signal) {
      caller.send(signal);
      if (signal.ends()) {
        ended();
      }
    }
  }

  /// A call without a place yet: keeps what its caller says.
  private final class Waiting implements Flow {
    private final Invocation invocation;
    private final Flow caller;
    private final LateFlow callee = new LateFlow();

    Waiting(Invocation invocation, Flow caller) {
      this.invocation = invocation;
      this.caller = caller;
    }

    void begin() {
      callee.attach(module.open(invocation, new Admitted(caller)));
    }

    @Override
    public void send(Signal signal) {
      if (signal instanceof Signal.Cancel && waitsNoMore(this, invocation)) {
        String message = "`" + invocation.name() + "` was cancelled before it began.";
        caller.send(new Signal.Failed(Failure.of(Code.CANCELLED, message, "")));
      } else {
        callee.send(signal);
      }
    }
  }
}
