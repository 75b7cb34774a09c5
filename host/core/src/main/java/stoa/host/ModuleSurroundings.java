package stoa.host;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import stoa.call.Invoker;
import stoa.grant.Policy;
import stoa.limit.Limits;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Surroundings;
import stoa.router.Identity;
import stoa.router.Place;
import stoa.value.Value;

/// What an instance is given: its place in the host, a way to other modules, and somebody who takes
/// its words.
///
/// @param printsTooMuch hears when its lines begin to be left out
record ModuleSurroundings(
    Place place, Invoker router, Consumer<Line> log, Policy policy, Runnable printsTooMuch)
    implements Surroundings {
  private static final Access USERS =
      new Access(Optional.empty(), List.of(), List.of(), List.of(Grant.ANYTHING), System.getenv());

  @Override
  public String instance() {
    return place.instance();
  }

  @Override
  public void release(Value.Reference held, long count) {
    place.release(held, count);
  }

  /// Code of the user's reaches files by calls, with the user's rights, and sees the user's
  /// variables.
  @Override
  public Access access() {
    return place.identity() instanceof Identity.Module ? policy.access(place.module()) : USERS;
  }

  @Override
  public void noted(Access.Use use) {
    if (place.identity() instanceof Identity.Module) {
      policy.noted(place.module(), use);
    }
  }

  @Override
  public Limits limits() {
    return place.ration().limits();
  }

  @Override
  public boolean leavesOut() {
    return place.ration().output().isClosed();
  }

  @Override
  public void said(Line line) {
    if (place.ration().output().pass(line, log)) {
      printsTooMuch.run();
    }
  }
}
