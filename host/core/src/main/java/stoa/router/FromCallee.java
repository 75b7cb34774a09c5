package stoa.router;

import stoa.call.Flow;
import stoa.call.Signal;
import stoa.call.TakesParts;

/// What a callee is given to speak to.
record FromCallee(Call call) implements Flow, TakesParts {
  @Override
  public void send(Signal signal) {
    call.fromCallee(signal);
  }
}
