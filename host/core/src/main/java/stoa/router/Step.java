package stoa.router;

import stoa.call.Failure;
import stoa.call.Signal;
import stoa.call.Target;

/// Something that happens to the call.
sealed interface Step {
  record FromCaller(Signal signal) implements Step {}

  record FromCallee(Signal signal) implements Step {}

  record Attach(Callee to, Target on) implements Step {}

  record Expired() implements Step {}

  /// One side sent references that it may not send.
  record Refused(Failure failure, boolean ended) implements Step {}
}
