package stoa.router;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Lanes;
import stoa.call.LateFlow;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.limit.Backlog;

/// Lets as many calls at a time go on to an instance as it said that it serves; the others wait in
/// a fair order (PROTOCOL.md, "Connection", on limits). Calls that its own calls led to do not
/// wait: those wait for them. Any thread.
final class Admission implements Invoker {
  private final Invoker module;
  private final Object instance;
  private final int most;
  private final Backlog backlog;
  private final Lanes<Waiting> lanes = new Lanes<>(); // guarded by this
  private int running; // guarded by this
  private boolean admitting; // guarded by this

  /// @param instance as which calls name their server
  /// @param most calls at a time
  Admission(Invoker module, Object instance, int most, Backlog backlog) {
    this.module = module;
    this.instance = instance;
    this.most = most;
    this.backlog = backlog;
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (comesFromHere(invocation.chain())) {
      return module.open(invocation, caller);
    }
    Waiting waiting;
    try {
      waiting = begunOrWaiting(invocation, caller);
    } catch (FailureException e) {
      caller.send(new Signal.Failed(e.failure()));
      return _ -> {};
    }
    return waiting == null ? module.open(invocation, new Admitted(caller)) : waiting;
  }

  /// @return null if it has a place
  private synchronized @Nullable Waiting begunOrWaiting(Invocation invocation, Flow caller) {
    if (running < most && lanes.size() == 0) {
      running++;
      return null;
    }
    String whose = invocation.chain().caller();
    Backlog.Stay stay = backlog.enter(whose, invocation.argument().weight());
    Waiting waiting = new Waiting(invocation, caller, stay);
    lanes.add(waiting, whose, invocation.terms().lane());
    return waiting;
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
  private final class Admitted implements Flow, TakesParts {
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
  private final class Waiting implements Flow, TakesParts {
    private final Invocation invocation;
    private final Flow caller;
    private final Backlog.Stay stay;
    private final LateFlow callee = new LateFlow();

    Waiting(Invocation invocation, Flow caller, Backlog.Stay stay) {
      this.invocation = invocation;
      this.caller = caller;
      this.stay = stay;
    }

    void begin() {
      stay.ends();
      callee.attach(module.open(invocation, new Admitted(caller)));
    }

    @Override
    public void send(Signal signal) {
      Failure end = end(signal);
      if (end != null && waitsNoMore(this, invocation)) {
        stay.ends();
        caller.send(new Signal.Failed(end));
      } else {
        callee.send(signal);
      }
    }

    /// Why the call ends with this signal, if it still waits.
    private @Nullable Failure end(Signal signal) {
      if (signal instanceof Signal.Cancel) {
        String message = "`" + invocation.name() + "` was cancelled before it began.";
        return Failure.of(Code.CANCELLED, message, "");
      }
      long weight = signal.weight();
      return weight == 0 ? null : stay.keeps(weight);
    }
  }
}
