package stoa.host;

import java.util.function.Consumer;
import stoa.call.Invoker;
import stoa.module.Surroundings;
import stoa.router.Place;
import stoa.value.Value;

/// What an instance is given: its place in the host, a way to other modules, and somebody who takes
/// its words.
record ModuleSurroundings(Place place, Invoker router, Consumer<Line> log) implements Surroundings {
  @Override
  public String instance() {
    return place.instance();
  }

  @Override
  public void release(Value.Reference held, long count) {
    place.release(held, count);
  }

  @Override
  public void said(Line line) {
    log.accept(line);
  }
}
