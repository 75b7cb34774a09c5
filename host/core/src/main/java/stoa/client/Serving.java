package stoa.client;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Invocation.Terms;
import stoa.call.Invoker;
import stoa.call.LateFlow;
import stoa.call.Signal;
import stoa.call.Target;

/// The call that Java code on this thread serves. Calls that a [ModuleClient] makes on the thread
/// are made on behalf of it: they have no more time than it has, are cancelled with it, go in its
/// lane and with its metadata, and a circle of calls that wait for each other is refused. Those
/// that it makes after it was cancelled are for cleaning up: they have a short while of their own.
/// Other threads that the code starts serve nothing.
public final class Serving {
  private static final ScopedValue<Serving> CURRENT = ScopedValue.newInstance();

  private final Invocation invocation;
  private final Chain.Opener opener = new Chain.Opener(this, 1);
  private final Set<Nested> nested = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Cancelled cancelled;

  /// @param grace until when the code may call others to clean up
  private record Cancelled(Signal signal, Deadline grace) {}

  /// @param invocation as it reached the code that serves it
  public Serving(Invocation invocation) {
    this.invocation = invocation;
  }

  /// Runs the code that serves the call.
  public void run(Runnable code) {
    ScopedValue.where(CURRENT, this).run(code);
  }

  /// The module whose method the code on this thread is; empty outside of methods.
  public static Optional<String> module() {
    return CURRENT.isBound() && CURRENT.get().invocation.target() instanceof Target.Module(var name)
        ? Optional.of(name)
        : Optional.empty();
  }

  /// The call is cancelled, and with it what it led to. Any thread.
  public void cancel(String reason) {
    Signal cancel = new Signal.Cancel(reason);
    cancelled = new Cancelled(cancel, Deadline.toCleanUp());
    nested.forEach(call -> call.callee.send(cancel));
  }

  /// The way on which a call of the code on this thread belongs to the call that it serves.
  ///
  /// @param blocks whether the thread waits for it
  static Invoker way(Invoker invoker, boolean blocks) {
    return CURRENT.isBound() ? CURRENT.get().on(invoker, blocks) : invoker;
  }

  private Invoker on(Invoker invoker, boolean blocks) {
    return (call, caller) -> {
      Cancelled before = cancelled;
      Nested one = new Nested(caller);
      if (before == null) {
        nested.add(one);
      }
      Chain chain = invocation.chain().then(opener, blocks);
      one.callee.attach(invoker.open(call.with(inherited(call.terms(), before)).with(chain), one));
      Cancelled now = cancelled;
      if (before == null && now != null) {
        one.callee.send(now.signal()); // it may have come before the call was among the nested ones
      }
      return one.callee;
    };
  }

  private Terms inherited(Terms own, @Nullable Cancelled stopped) {
    Terms outer = invocation.terms();
    Map<String, String> metadata = own.metadata().isEmpty() ? outer.metadata() : own.metadata();
    Lane lane = own.lane() == Lane.BATCH ? own.lane() : outer.lane();
    Deadline latest = stopped == null ? outer.deadline() : stopped.grace();
    return new Terms(own.deadline().orEarlier(latest), lane, own.credit(), own.shape(), metadata);
  }

  /// A call made on behalf of this one, until it ends.
  private final class Nested implements Flow {
    private final Flow caller;
    private final LateFlow callee = new LateFlow();

    Nested(Flow caller) {
      this.caller = caller;
    }

    @Override
    public void send(Signal signal) {
      if (signal.ends()) {
        nested.remove(this);
      }
      caller.send(signal);
    }
  }
}
