package stoa.router;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stoa.call.Budget;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Joined;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.call.Target;
import stoa.limit.Quota;

/// Where a call comes from, and what its host keeps.
///
/// @param budget for what comes in parts and must be put together, on behalf of the caller
/// @param open how many calls the caller has open
record Origin(Identity identity, Shared shared, Budget budget, AtomicInteger open) {
  /// Calls that one caller may have open at the whole host.
  static final int MAX_OPEN = 10_000;

  /// What all calls of a host have in common.
  ///
  /// @param answering calls that have left their callee and are just telling their caller
  /// @param decisions is told which limits were reached
  record Shared(
      References references,
      Waits waits,
      Meetings meetings,
      Timer timer,
      LongAdder answering,
      Decisions decisions) {}

  Origin(Identity identity, Shared shared) {
    this(identity, shared, new Budget(), new AtomicInteger());
  }

  /// The program that the host is part of has the host for itself.
  private boolean isLimited() {
    return !identity.equals(Identity.User.HOST);
  }

  /// A call is made. It has [#left] in the end in any case.
  ///
  /// @return why it cannot be made; null: it can
  @Nullable Failure entered() {
    int now = isLimited() ? open.incrementAndGet() : 0;
    return now <= MAX_OPEN
        ? null
        : Quota.CALLS.exceeded(
            Failure.Description.of(
                    "`%s` has %,d calls open, as many as one caller may have at a host."
                        .formatted(identity.text(), now - 1),
                    "Wait for some of them to end before making more.")
                .asRetryable()
                .with(Map.of("who", identity.text())),
            now - 1,
            MAX_OPEN);
  }

  /// A call has ended for its caller.
  void left(Invocation invocation, Signal end) {
    if (isLimited()) {
      open.decrementAndGet();
    }
    waits().leave(invocation.chain());
    if (end instanceof Signal.Failed(Failure failure)
        && failure.code() == Failure.Code.RESOURCE_EXHAUSTED) {
      shared.decisions().excesses().note(invocation, failure);
    }
  }

  References references() {
    return shared.references();
  }

  Waits waits() {
    return shared.waits();
  }

  Timer timer() {
    return shared.timer();
  }

  /// Why a call cannot go to this callee, if so.
  ///
  /// @param gives whether the references in its argument are handed over
  /// @param later takes why it cannot go on, if that turns out while it is under way
  Optional<Failure> enter(
      Invocation invocation, Callee to, boolean gives, Consumer<Failure> later) {
    invocation.chain().servedBy(to);
    Optional<Failure> deadlock =
        waits()
            .enter(
                invocation.chain(),
                to,
                circle -> later.accept(CallEnds.deadlock(invocation, circle)))
            .map(circle -> CallEnds.deadlock(invocation, circle));
    if (deadlock.isPresent() || !gives) {
      return deadlock;
    }
    try {
      references().give(invocation.argument(), to.holder());
      return Optional.empty();
    } catch (FailureException e) {
      return Optional.of(e.failure());
    }
  }

  /// Tells who waits when the callee of a call rests.
  Allowance.Watch rests(Chain call) {
    return new Allowance.Watch() {
      @Override
      public void usedUp() {
        waits().rest(call);
      }

      @Override
      public void more() {
        waits().goOn(call);
      }
    };
  }

  /// Opens a call at its callee.
  ///
  /// @param answers takes payloads in parts
  /// @param later takes why the call cannot go on
  Flow open(Callee to, Invocation invocation, Flow answers, Consumer<Failure> later) {
    return to.wall()
        .map(wall -> {
          Timer.Alarm alarm =
              timer()
                  .in(
                      wall.toMillis(),
                      TimeUnit.MILLISECONDS,
                      () -> later.accept(CallEnds.outOfTime(invocation, wall)));
          return opened(to, invocation, new Timed(answers, () -> timer().cancel(alarm)));
        })
        .orElseGet(() -> opened(to, invocation, answers));
  }

  /// Takes the answers of a call that may take only so long.
  private record Timed(Flow answers, Runnable ended) implements Flow, TakesParts {
    @Override
    public void send(Signal signal) {
      if (signal.ends()) {
        ended.run();
      }
      answers.send(signal);
    }
  }

  private Flow opened(Callee to, Invocation invocation, Flow answers) {
    Invoker at =
        invocation.target() instanceof Target.Channel
            ? shared.meetings().before(to.invoker(), to.holder())
            : to.invoker();
    return to.takesParts()
        ? at.open(invocation, answers)
        : Joined.open(at, invocation, answers, budget);
  }
}
