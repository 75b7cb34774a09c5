package stoa.router;

import stoa.call.Invoker;

/// A part of the host as a callee.
record HostPart(Invoker invoker) implements Callee {
  @Override
  public String holder() {
    return Identity.User.HOST.holder();
  }

  @Override
  public void left() {}
}
