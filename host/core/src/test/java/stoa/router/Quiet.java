package stoa.router;

import stoa.call.Invoker;
import stoa.module.Surroundings;
import stoa.value.Value;

/// What an instance is given by a host that listens to nobody.
record Quiet(Place place) implements Surroundings {
  @Override
  public Invoker router() {
    return place.router();
  }

  @Override
  public String instance() {
    return place.instance();
  }

  @Override
  public void release(Value.Reference held, long count) {
    place.release(held, count);
  }

  @Override
  public void said(Line line) {}
}
