package stoa.router;

import stoa.call.Invoker;

/// A part of the host as a callee.
record HostPart(Invoker invoker, String holder) implements Callee {
  @Override
  public void left(String caller) {}
}
