package stoa.router;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;

/// The state of one call on its way through the router.
///
/// Signals come from any thread. The thread that finds the call idle handles them one after the
/// other; a thread that comes meanwhile, or a signal sent from within the handling of another, is
/// only queued. So nothing here recurses or blocks.
///
/// The first end wins. On deadline or cancel the caller gets its end at once, whatever the callee
/// does.
final class Call {
  private final Invocation invocation;
  private final Flow caller;
  private final Timer timer;

  private final Deque<Step> queue = new ArrayDeque<>(); // guarded by itself
  private boolean busy; // guarded by queue

  // From here on: whoever handles steps.
  private @Nullable Flow callee;
  private @Nullable Runnable afterCallee;
  private Timer.@Nullable Alarm alarm;
  private boolean callerDone;
  private boolean calleeDone;
  private int credit;
  private final Deque<Signal> early = new ArrayDeque<>();

  /// Something that happens to the call.
  private sealed interface Step {
    record FromCaller(Signal signal) implements Step {}

    record FromCallee(Signal signal) implements Step {}

    record Attach(Invoker to, Runnable after) implements Step {}

    record Expired() implements Step {}
  }

  Call(Invocation invocation, Flow caller, Timer timer) {
    this.invocation = invocation;
    this.caller = caller;
    this.timer = timer;
    this.credit = invocation.terms().credit();
    if (invocation.terms().deadline().limited()) {
      long nanos = invocation.terms().deadline().nanosLeft();
      this.alarm = timer.in(nanos, TimeUnit.NANOSECONDS, () -> take(new Step.Expired()));
    }
  }

  Invocation invocation() {
    return invocation;
  }

  /// What the caller says goes in here.
  void fromCaller(Signal signal) {
    take(new Step.FromCaller(signal));
  }

  /// What the callee says goes in here.
  void fromCallee(Signal signal) {
    take(new Step.FromCallee(signal));
  }

  /// Hands the call to the one who serves it.
  ///
  /// @param after runs once, when the callee has ended the call or will never hear of it
  void attach(Invoker to, Runnable after) {
    take(new Step.Attach(to, after));
  }

  void fail(Failure failure) {
    fromCallee(new Signal.Failed(failure));
  }

  private void take(Step step) {
    synchronized (queue) {
      if (busy) {
        queue.add(step);
        return;
      }
      busy = true;
    }
    Step next = step;
    while (next != null) {
      handle(next);
      synchronized (queue) {
        next = queue.poll();
        busy = next != null;
      }
    }
  }

  private void handle(Step step) {
    switch (step) {
      case Step.FromCaller(Signal signal) -> callerSays(signal);
      case Step.FromCallee(Signal signal) -> calleeSays(signal);
      case Step.Attach(Invoker to, Runnable after) -> attached(to, after);
      case Step.Expired _ -> stop(Ends.deadlineExceeded(invocation), "deadline exceeded");
    }
  }

  private void attached(Invoker to, Runnable after) {
    if (callerDone) {
      after.run();
      return;
    }
    afterCallee = after;
    callee = to.open(invocation, this::fromCallee);
    for (Signal signal = early.poll(); signal != null; signal = early.poll()) {
      callee.send(signal);
    }
  }

  private void callerSays(Signal signal) {
    if (callerDone) {
      return;
    }
    switch (signal) {
      case Signal.Cancel(String reason) -> stop(Ends.cancelled(invocation, reason), reason);
      case Signal.Credit(int items) -> {
        credit += items;
        toCallee(signal);
      }
      case Signal.Item _, Signal.End _ -> toCallee(signal);
      case Signal.Returned _, Signal.Failed _ ->
          throw new IllegalArgumentException("a caller cannot end its call with " + signal);
    }
  }

  private void toCallee(Signal signal) {
    if (callee != null) {
      callee.send(signal);
    } else {
      early.add(signal);
    }
  }

  private void calleeSays(Signal signal) {
    if (calleeDone) {
      return;
    }
    switch (signal) {
      case Signal.Returned _, Signal.Failed _ -> {
        calleeEnds();
        callerEnds(signal);
      }
      case Signal.Item _ -> item(signal);
      case Signal.End _, Signal.Credit _ -> toCaller(signal);
      case Signal.Cancel _ ->
          throw new IllegalArgumentException("a callee cannot cancel a call; it fails it");
    }
  }

  /// Polices credit, so that a callee that ignores it cannot fill the memory of those who hold
  /// back.
  private void item(Signal signal) {
    if (--credit < 0) {
      stop(Ends.creditOverrun(invocation), "items beyond the caller's credit");
    } else {
      toCaller(signal);
    }
  }

  private void toCaller(Signal signal) {
    if (!callerDone) {
      caller.send(signal);
    }
  }

  /// Ends the call towards the caller now, and tells the callee.
  private void stop(Failure failure, String reason) {
    if (!callerDone && !calleeDone) {
      callerEnds(new Signal.Failed(failure));
      if (callee != null) {
        callee.send(new Signal.Cancel(reason));
      }
    }
  }

  private void callerEnds(Signal end) {
    if (callerDone) {
      return;
    }
    callerDone = true;
    early.clear();
    if (alarm != null) {
      timer.cancel(alarm);
      alarm = null;
    }
    caller.send(end);
  }

  private void calleeEnds() {
    calleeDone = true;
    if (afterCallee != null) {
      afterCallee.run();
      afterCallee = null;
    }
  }

  /// The failures that a call makes of itself.
  private static final class Ends {
    private Ends() {}

    static Failure deadlineExceeded(Invocation invocation) {
      return Failure.of(
          Code.DEADLINE_EXCEEDED,
          "`" + invocation.name() + "` did not end before its deadline.",
          "Give it more time with `--deadline`, or look why it is slow.");
    }

    static Failure cancelled(Invocation invocation, String reason) {
      return Failure.of(
          Code.CANCELLED,
          "`"
              + invocation.name()
              + "` was cancelled"
              + (reason.isEmpty() ? "." : ": " + reason + "."),
          "");
    }

    static Failure creditOverrun(Invocation invocation) {
      return Failure.of(
          Code.INTERNAL,
          "`" + invocation.name() + "` sent more items than its caller had asked for.",
          "This is a fault of the module's SDK: each item costs one credit (PROTOCOL.md, \"Credit\").");
    }
  }
}
