package stoa.repl.grant;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import stoa.call.Deadline;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.call.Target;

/// A way to modules on which a person may be asked: before a call, and between a call that was
/// refused something and another try. A call without a question goes its way at once.
record AskingInvoker(Invoker modules, Asking asking) implements Invoker {
  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (invocation.target() instanceof Target.Channel) {
      return modules.open(invocation, caller);
    }
    Attempts attempts = new Attempts(modules, asking, invocation, caller);
    if (invocation.target() instanceof Target.Module(String name) && !asking.isSettled(name)) {
      aside(() -> {
        asking.settle(modules, name);
        attempts.begin();
      });
    } else {
      attempts.begin();
    }
    return attempts;
  }

  /// Whoever opens a call does not wait.
  private static void aside(Runnable work) {
    Thread.ofVirtual().name("stoa-question").start(work);
  }

  /// One call, made once or several times. Any thread.
  private static final class Attempts implements Flow {
    private final Invoker modules;
    private final Asking asking;
    private final Invocation invocation;
    private final Flow caller;
    private final long limitNanos;
    private final Instant first = Instant.now();
    private volatile Instant began = first;

    /// Something of the call was said already, in either direction: it cannot be made again.
    private volatile boolean begun;

    @GuardedBy("this")
    private @Nullable Flow callee;

    @GuardedBy("this")
    private final Deque<Signal> waiting = new ArrayDeque<>(0);

    @GuardedBy("this")
    private int number;

    Attempts(Invoker modules, Asking asking, Invocation invocation, Flow caller) {
      this.modules = modules;
      this.asking = asking;
      this.invocation = invocation;
      this.caller = caller;
      this.limitNanos = invocation.terms().deadline().nanosLeft();
      this.begun = invocation.terms().shape().streams();
    }

    /// What a person thinks about does not count.
    private Invocation fresh() {
      Deadline deadline = invocation.terms().deadline();
      return deadline.limited()
          ? invocation.with(invocation.terms().with(Deadline.in(Duration.ofNanos(limitNanos))))
          : invocation;
    }

    void begin() {
      int mine;
      synchronized (this) {
        mine = ++number;
        callee = null;
      }
      began = Instant.now();
      Flow opened = modules.open(fresh(), this::answered);
      synchronized (this) {
        if (mine == number) {
          callee = opened;
          waiting.forEach(opened::send);
          waiting.clear();
        }
      }
    }

    @Override
    public void send(Signal signal) {
      Flow known;
      synchronized (this) {
        known = callee;
        if (known == null) {
          waiting.add(signal);
          return;
        }
      }
      known.send(signal);
    }

    private void answered(Signal signal) {
      if (signal instanceof Signal.Failed(var failure) && !begun) {
        aside(() -> {
          if (asking.helps(modules, failure, first, began)) {
            begin();
          } else {
            caller.send(signal);
          }
        });
        return;
      }
      if (!(signal instanceof Signal.Credit)) {
        begun = true;
      }
      caller.send(signal);
    }
  }
}
