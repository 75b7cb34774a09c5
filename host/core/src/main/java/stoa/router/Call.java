package stoa.router;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;

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
  private final Origin origin;

  private final Deque<Step> queue = new ArrayDeque<>(); // guarded by itself
  private boolean busy; // guarded by queue

  // From here on: whoever handles steps.
  private @Nullable Flow callee;
  private @Nullable Callee server;
  private Timer.@Nullable Alarm alarm;
  private boolean callerDone;
  private boolean calleeDone;
  private int credit;
  private int callerCredit;
  private boolean argumentSettled;
  private final Deque<Signal> early = new ArrayDeque<>();

  /// Something that happens to the call.
  private sealed interface Step {
    record FromCaller(Signal signal) implements Step {}

    record FromCallee(Signal signal) implements Step {}

    record Attach(Callee to, Target on) implements Step {}

    record Expired() implements Step {}
  }

  /// Where a call comes from, and what its host keeps.
  record Origin(Identity identity, References references, Waits waits, Timer timer) {}

  Call(Invocation invocation, Flow caller, Origin origin) {
    this.invocation = invocation;
    this.caller = caller;
    this.origin = origin;
    this.credit = invocation.terms().credit();
    this.callerCredit = invocation.terms().shape().streams() ? Invocation.INITIAL_CREDIT : 0;
    if (invocation.terms().deadline().limited()) {
      long nanos = invocation.terms().deadline().nanosLeft();
      this.alarm = origin.timer().in(nanos, TimeUnit.NANOSECONDS, () -> take(new Step.Expired()));
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

  /// The argument sets out.
  ///
  /// @throws stoa.call.FailureException if the caller may not send what is in it
  void begin() {
    Payload argument = invocation.argument();
    if (!argument.references().isEmpty()) {
      origin.references().take(argument, origin.identity().holder());
    } else {
      argumentSettled = true;
    }
  }

  /// Hands the call to the one who serves it.
  void attach(Callee to) {
    attach(to, invocation.target());
  }

  /// @param on what the target turned out to be
  void attach(Callee to, Target on) {
    take(new Step.Attach(to, on));
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
      case Step.Attach(Callee to, Target on) -> attached(to, on);
      case Step.Expired _ -> stop(CallEnds.deadlineExceeded(invocation), "deadline exceeded");
    }
  }

  private void attached(Callee to, Target on) {
    Optional<Failure> refusal = callerDone ? Optional.empty() : enter(to);
    refusal.ifPresent(failure -> callerEnds(new Signal.Failed(failure)));
    if (callerDone) {
      settleArgument();
      to.left();
      return;
    }
    server = to;
    callee = to.invoker().open(invocation.on(on), this::fromCallee);
    settleArgument();
    for (Signal signal = early.poll(); signal != null; signal = early.poll()) {
      toCallee(signal);
    }
  }

  /// Why the call cannot go to this callee.
  private Optional<Failure> enter(Callee to) {
    Chain chain = invocation.chain();
    chain.servedBy(to);
    Optional<Failure> deadlock =
        origin.waits().enter(chain, to).map(circle -> CallEnds.deadlock(invocation, circle));
    if (deadlock.isPresent() || argumentSettled) {
      return deadlock;
    }
    try {
      origin.references().give(invocation.argument(), to.holder());
      return Optional.empty();
    } catch (FailureException e) {
      return Optional.of(e.failure());
    }
  }

  private void settleArgument() {
    if (!argumentSettled) {
      argumentSettled = true;
      origin.references().settle(invocation.argument());
    }
  }

  private void callerSays(Signal signal) {
    if (callerDone) {
      lost(signal, origin.identity().holder());
      return;
    }
    switch (signal) {
      case Signal.Cancel(String reason) -> stop(CallEnds.cancelled(invocation, reason), reason);
      case Signal.Credit(int items) -> {
        credit += items;
        toCallee(signal);
      }
      case Signal.Item _ -> itemFromCaller(signal);
      case Signal.End _ -> toCallee(signal);
      case Signal.Returned _, Signal.Failed _ ->
          throw new IllegalArgumentException("a caller cannot end its call with " + signal);
    }
  }

  private void itemFromCaller(Signal signal) {
    if (--callerCredit < 0) {
      lost(signal, origin.identity().holder());
      stop(CallEnds.callerOverrun(invocation), "items beyond the callee's credit");
    } else {
      toCallee(signal);
    }
  }

  private void toCallee(Signal signal) {
    Flow known = callee;
    Callee to = server;
    if (known == null || to == null) {
      early.add(signal);
      return;
    }
    carry(signal, origin.identity().holder(), to.holder(), known);
  }

  private void calleeSays(Signal signal) {
    if (calleeDone) {
      lost(signal, holderOfCallee());
      return;
    }
    switch (signal) {
      case Signal.Returned _, Signal.Failed _ -> {
        calleeEnds();
        callerEnds(signal);
      }
      case Signal.Item _ -> item(signal);
      case Signal.End _ -> toCaller(signal);
      case Signal.Credit(int items) -> {
        callerCredit += items;
        toCaller(signal);
      }
      case Signal.Cancel _ ->
          throw new IllegalArgumentException("a callee cannot cancel a call; it fails it");
    }
  }

  /// Polices credit, so that a callee that ignores it cannot fill the memory of those who hold
  /// back.
  private void item(Signal signal) {
    if (--credit < 0) {
      lost(signal, holderOfCallee());
      stop(CallEnds.creditOverrun(invocation), "items beyond the caller's credit");
    } else {
      toCaller(signal);
    }
  }

  private void toCaller(Signal signal) {
    if (callerDone) {
      lost(signal, holderOfCallee());
    } else {
      carry(signal, holderOfCallee(), origin.identity().holder(), caller);
    }
  }

  private String holderOfCallee() {
    return server == null ? "" : server.holder();
  }

  // ---- references in what is said ----

  /// Passes a signal on, with the references in it.
  private void carry(Signal signal, String from, String to, Flow receiver) {
    Payload payload = signal.content();
    if (payload.references().isEmpty()) {
      receiver.send(signal);
      return;
    }
    References references = origin.references();
    try {
      references.take(payload, from);
      try {
        references.give(payload, to);
        receiver.send(signal);
      } finally {
        references.settle(payload);
      }
    } catch (FailureException e) {
      refused(receiver, e.failure());
    }
  }

  /// One side sent references that it may not send, or that the other cannot take.
  private void refused(Flow receiver, Failure failure) {
    if (receiver == caller && calleeDone) {
      caller.send(new Signal.Failed(failure));
    } else {
      stop(failure, failure.message());
    }
  }

  /// A signal comes too late: the objects in it were handed to nobody.
  private void lost(Signal signal, String from) {
    Payload payload = signal.content();
    if (!payload.references().isEmpty()) {
      try {
        origin.references().take(payload, from);
        origin.references().settle(payload);
      } catch (FailureException _) {
        // It was not allowed to send them: there is nothing to give back.
        return;
      }
    }
  }

  // ---- ends ----

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
      lost(end, holderOfCallee());
      return;
    }
    callerDone = true;
    early.forEach(signal -> lost(signal, origin.identity().holder()));
    early.clear();
    if (callee == null) {
      settleArgument();
    }
    if (alarm != null) {
      origin.timer().cancel(alarm);
      alarm = null;
    }
    origin.waits().leave(invocation.chain());
    carry(end, holderOfCallee(), origin.identity().holder(), caller);
  }

  private void calleeEnds() {
    calleeDone = true;
    if (server != null) {
      server.left();
    }
  }
}
