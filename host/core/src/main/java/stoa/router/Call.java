package stoa.router;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Joined;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.TakesParts;
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
  private final Origin origin;

  /// Steps that came while another was handled: made when there is the first.
  private @Nullable Deque<Step> queue; // guarded by this

  private boolean busy; // guarded by this

  // From here on: whoever handles steps.
  private Flow caller;
  private @Nullable Flow callee;
  private volatile @Nullable Callee server; // read by those who say something, too
  private Timer.@Nullable Alarm alarm;
  private volatile boolean callerDone; // read by those who keep a place for it, too
  private boolean calleeDone;
  private final Allowance ofCallee;
  private final Allowance ofCaller;
  private boolean argumentSettled;
  private boolean untouched;
  private final Early early;

  Call(Invocation invocation, Flow caller, Origin origin) {
    this.invocation = invocation;
    this.caller = caller;
    this.origin = origin;
    this.ofCallee = new Allowance(invocation.terms().credit(), origin.rests(invocation.chain()));
    this.ofCaller = Allowance.ofCaller(invocation);
    this.early = new Early(origin.budget());
    this.untouched = CallEnds.isWhole(invocation);
    if (invocation.terms().deadline().limited()) {
      long nanos = invocation.terms().deadline().nanosLeft();
      this.alarm = origin.timer().in(nanos, TimeUnit.NANOSECONDS, () -> take(new Step.Expired()));
    }
  }

  Invocation invocation() {
    return invocation;
  }

  /// Who calls.
  String caller() {
    return origin.identity().text();
  }

  /// What the caller says goes in here.
  void fromCaller(Signal signal) {
    if (setsOut(signal, origin.identity().holder())) {
      take(new Step.FromCaller(signal));
    }
  }

  /// What the callee says goes in here.
  void fromCallee(Signal signal) {
    if (setsOut(signal, holderOfCallee())) {
      take(new Step.FromCallee(signal));
    }
  }

  /// References are on their way from the moment in which they are said: who said them may give
  /// them back right after.
  private boolean setsOut(Signal signal, String from) {
    Payload payload = signal.content();
    if (payload.references().isEmpty()) {
      return true;
    }
    try {
      origin.references().take(payload, from);
      return true;
    } catch (FailureException e) {
      take(new Step.Refused(e.failure(), signal.ends()));
      return false;
    }
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
    synchronized (this) {
      if (busy) {
        queue = queue == null ? new ArrayDeque<>(4) : queue;
        queue.add(step);
        return;
      }
      busy = true;
    }
    Step next = step;
    while (next != null) {
      handle(next);
      synchronized (this) {
        next = queue == null ? null : queue.poll();
        busy = next != null;
      }
    }
  }

  private void handle(Step step) {
    switch (step) {
      case Step.FromCaller(Signal signal) -> callerSays(signal);
      case Step.FromCallee(Signal signal) -> calleeSays(signal);
      case Step.Attach(Callee to, Target on) -> attached(to, on);
      case Step.Refused(Failure failure, boolean ended) -> refused(failure, ended);
      case Step.Expired _ -> stop(CallEnds.deadlineExceeded(invocation), "deadline exceeded");
    }
  }

  private void attached(Callee to, Target on) {
    if (!callerDone) {
      origin
          .enter(invocation, to, !argumentSettled, this::refuse)
          .ifPresent(failure -> callerEnds(new Signal.Failed(failure)));
    }
    if (callerDone) {
      settleArgument();
      to.left(caller());
      return;
    }
    server = to;
    callee = origin.open(to, invocation.on(on), new FromCallee(this), this::refuse);
    settleArgument();
    early.drain(this::toCallee);
  }

  private void settleArgument() {
    if (!argumentSettled) {
      argumentSettled = true;
      origin.references().settle(invocation.argument());
    }
  }

  private void callerSays(Signal signal) {
    if (callerDone) {
      lost(signal);
      return;
    }
    switch (signal) {
      case Signal.Cancel(String reason) -> stop(CallEnds.cancelled(invocation, reason), reason);
      case Signal.Credit _, Signal.Room _ -> {
        ofCallee.more(signal);
        toCallee(signal);
      }
      case Signal.Item _, Signal.Part _ -> fromCallerIfAllowed(signal);
      case Signal.End _ -> toCallee(signal);
      case Signal.Returned _, Signal.Failed _, Signal.Accepted _ ->
          throw new IllegalArgumentException("a caller cannot end its call with " + signal);
    }
  }

  private void fromCallerIfAllowed(Signal signal) {
    if (signal instanceof Signal.Item && !ofCaller.item()) {
      lost(signal);
      stop(CallEnds.callerOverrun(invocation), "items beyond the callee's credit");
    } else if (!ofCaller.parts(signal)) {
      lost(signal);
      stop(CallEnds.tooManyBytes(invocation, "caller"), "bytes beyond the callee's window");
    } else {
      toCallee(signal);
    }
  }

  private void toCallee(Signal signal) {
    Flow known = callee;
    Callee to = server;
    if (known == null || to == null) {
      if (!early.add(signal)) {
        lost(signal);
        stop(CallEnds.tooEarly(invocation), "too much was sent before it began");
      }
      return;
    }
    carry(signal, to.holder(), known);
  }

  private void calleeSays(Signal signal) {
    if (calleeDone) {
      lost(signal);
      return;
    }
    untouched &= signal instanceof Signal.Failed;
    switch (signal) {
      case Signal.Failed(Failure failure) -> failed(failure);
      case Signal.Item _, Signal.Returned _, Signal.Part _ -> fromCalleeIfAllowed(signal);
      case Signal.End _ -> toCaller(signal);
      case Signal.Accepted _ -> {
        if (invocation.target() instanceof Target.Channel) {
          toCaller(signal);
        }
      }
      case Signal.Credit _, Signal.Room _ -> {
        ofCaller.more(signal);
        toCaller(signal);
      }
      case Signal.Cancel _ ->
          throw new IllegalArgumentException("a callee cannot cancel a call; it fails it");
    }
  }

  private void failed(Failure failure) {
    Callee from = server;
    if (from == null) {
      ended(CallEnds.inTime(invocation, failure));
    } else if (!repeated(from, failure)) {
      ended(CallEnds.inTime(invocation, from.explained(failure)));
    }
  }

  /// The callee was lost, and the call is made anew on another one: once, and only if nothing but
  /// its argument was said.
  private boolean repeated(Callee lost, Failure failure) {
    boolean may = untouched && !callerDone && failure.code() == Failure.Code.LOST;
    untouched = false;
    if (!may || invocation.terms().deadline().passed() || !lost.repeats(this)) {
      return false;
    }
    // Whoever serves it now is attached after this.
    callee = null;
    server = null;
    origin.waits().leave(invocation.chain());
    lost.left(caller());
    return true;
  }

  private void fromCalleeIfAllowed(Signal signal) {
    if (signal instanceof Signal.Item && !ofCallee.item()) {
      lost(signal);
      stop(CallEnds.creditOverrun(invocation), "items beyond the caller's credit");
    } else if (!ofCallee.parts(signal)) {
      lost(signal);
      stop(CallEnds.tooManyBytes(invocation, "module"), "bytes beyond the caller's window");
    } else if (signal.ends()) {
      ended(signal);
    } else {
      toCaller(signal);
    }
  }

  private void ended(Signal end) {
    origin.shared().answering().increment();
    try {
      calleeEnds();
      callerEnds(end);
    } finally {
      origin.shared().answering().decrement();
    }
  }

  private void toCaller(Signal signal) {
    if (callerDone) {
      lost(signal);
      return;
    }
    if (signal.content().goesOn() && !(caller instanceof TakesParts)) {
      caller = new Joined(caller, this::fromCaller, this::tooLarge, origin.budget());
    }
    carry(signal, origin.identity().holder(), caller);
  }

  private void tooLarge(long bytes) {
    refuse(Joined.tooLarge("what `" + invocation.name() + "` sent", bytes));
  }

  private void refuse(Failure failure) {
    take(new Step.Refused(failure, false));
  }

  private String holderOfCallee() {
    Callee known = server;
    return known == null ? "" : known.holder();
  }

  /// Passes a signal on, with the references in it.
  private void carry(Signal signal, String to, Flow receiver) {
    Payload payload = signal.content();
    if (payload.references().isEmpty()) {
      receiver.send(signal);
      return;
    }
    try {
      origin.references().give(payload, to);
      receiver.send(signal);
    } catch (FailureException e) {
      refused(e.failure(), signal.ends());
    } finally {
      origin.references().settle(payload);
    }
  }

  /// References cannot go on: the call ends.
  ///
  /// @param ended whether the callee has ended it
  private void refused(Failure failure, boolean ended) {
    if (!ended) {
      stop(failure, failure.message());
      return;
    }
    if (!calleeDone) {
      ended(new Signal.Failed(failure));
    } else {
      caller.send(new Signal.Failed(failure));
    }
  }

  /// A signal comes too late: the objects in it are handed to nobody.
  private void lost(Signal signal) {
    origin.references().settle(signal.content());
  }

  /// Whether its caller has had its end.
  boolean isOver() {
    return callerDone;
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
      lost(end);
      return;
    }
    callerDone = true;
    early.drain(this::lost);
    if (callee == null) {
      settleArgument();
    }
    if (alarm != null) {
      origin.timer().cancel(alarm);
      alarm = null;
    }
    origin.left(invocation, end);
    carry(end, origin.identity().holder(), caller);
  }

  private void calleeEnds() {
    calleeDone = true;
    if (callee instanceof Joined joined) {
      joined.drop();
    }
    Callee known = server;
    if (known != null) {
      known.left(caller());
    }
  }
}
