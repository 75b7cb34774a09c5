package stoa.router;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import stoa.call.Budget;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.Invocation;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.limit.Quota;

/// The failures that a call makes of itself.
final class CallEnds {
  private CallEnds() {}

  static Failure deadlineExceeded(Invocation invocation) {
    return Failure.of(
        Code.DEADLINE_EXCEEDED,
        "`" + invocation.name() + "` did not end before its deadline.",
        "Give it more time with `--deadline`, or look why it is slow.");
  }

  static Failure cancelled(Invocation invocation, String reason) {
    String why = reason.isEmpty() ? "." : ": " + reason + ".";
    return Failure.of(Code.CANCELLED, "`" + invocation.name() + "` was cancelled" + why, "");
  }

  /// It took longer than its module allows.
  static Failure outOfTime(Invocation invocation, Duration wall) {
    return Quota.WALL.exceeded(
        Description.of(
            "`%s` took more than %.1f s, which is as long as its module lets a call take."
                .formatted(invocation.name(), wall.toMillis() / 1000.0),
            "`wall` in the module's `[limits]` says how long; a stream in smaller pieces ends earlier."),
        wall.toMillis(),
        wall.toMillis());
  }

  /// @param circle the calls, each waiting for the next, the last for the first
  static Failure deadlock(Invocation invocation, List<String> circle) {
    String path = String.join(" -> ", circle) + " -> " + circle.getFirst();
    return Failure.of(
        Code.DEADLOCK,
        Description.of(
                "`" + invocation.name() + "` would wait for itself: " + path + ".",
                "Call it without blocking (`await stoa.aio...` in Python), or let one module not call back.")
            .with(Map.of("cycle", path)));
  }

  static Failure creditOverrun(Invocation invocation) {
    return Failure.of(
        Code.INTERNAL,
        "`" + invocation.name() + "` sent more items than its caller had asked for.",
        "This is a fault of the module's SDK: each item costs one credit (PROTOCOL.md, \"Calls\").");
  }

  /// @param who the caller or the module
  static Failure tooManyBytes(Invocation invocation, String who) {
    return Failure.of(
        Code.RESOURCE_EXHAUSTED,
        Description.of(
                "the %s of `%s` sent more than %d bytes in parts without being asked for them."
                    .formatted(who, invocation.name(), Signal.Room.FIRST),
                "Let its SDK have the feature `large-payloads` and wait for Credit (PROTOCOL.md, \"Payloads\"),"
                    + " or send smaller items.")
            .with(
                Map.of(
                    "quota", "payload bytes",
                    "used", Integer.toString(Signal.Room.FIRST + 1),
                    "max", Integer.toString(Signal.Room.FIRST))));
  }

  static Failure tooEarly(Invocation invocation) {
    return Quota.QUEUED.exceeded(
        Description.of(
                "calls of this caller that wait for their modules hold more than %d bytes; `%s` is one too many."
                    .formatted(Budget.MAX, invocation.name()),
                "Wait until the module is loaded before sending it more.")
            .asRetryable(),
        Budget.MAX + 1,
        Budget.MAX);
  }

  static Failure callerOverrun(Invocation invocation) {
    return Failure.of(
        Code.BAD_ARGUMENT,
        "the caller of `" + invocation.name() + "` sent more items than it was asked for.",
        "This is a fault of its SDK: each item costs one credit (PROTOCOL.md, \"Calls\").");
  }

  /// Whether all that the caller says is in the invocation, such that it can be said to somebody
  /// else, too.
  static boolean isWhole(Invocation invocation) {
    return invocation.target() instanceof Target.Module
        && !invocation.terms().shape().streams()
        && !invocation.argument().goesOn()
        && invocation.argument().references().isEmpty();
  }

  /// A failure after the deadline says no more than that: the nested call on which the callee
  /// waited had the same deadline, and its end may be on its way here before the alarm of this
  /// call.
  static Signal inTime(Invocation invocation, Failure failure) {
    return new Signal.Failed(
        invocation.terms().deadline().passed() ? deadlineExceeded(invocation) : failure);
  }
}
