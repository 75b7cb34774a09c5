package stoa.router;

import stoa.call.Invoker;
import stoa.call.TakesParts;

/// A part of the host as a callee: one for each call, because each has a thread of its own.
record HostPart(Invoker invoker, String holder) implements Callee {
  @Override
  public boolean takesParts() {
    return invoker instanceof TakesParts;
  }

  @Override
  public void left(String caller) {}
}
