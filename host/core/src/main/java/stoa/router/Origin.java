package stoa.router;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import stoa.call.Budget;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Joined;
import stoa.call.Target;

/// Where a call comes from, and what its host keeps.
///
/// @param budget for what comes in parts and must be put together, on behalf of the caller
record Origin(Identity identity, Shared shared, Budget budget) {
  /// What all calls of a host have in common.
  ///
  /// @param answering calls that have left their callee and are just telling their caller
  record Shared(
      References references, Waits waits, Meetings meetings, Timer timer, LongAdder answering) {}

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
  Flow open(Callee to, Invocation invocation, Flow answers) {
    Invoker at =
        invocation.target() instanceof Target.Channel
            ? shared.meetings().before(to.invoker(), to.holder())
            : to.invoker();
    return to.takesParts()
        ? at.open(invocation, answers)
        : Joined.open(at, invocation, answers, budget);
  }
}
