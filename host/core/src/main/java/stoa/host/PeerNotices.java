package stoa.host;

import java.util.Map;
import stoa.events.Event;
import stoa.events.Topics;
import stoa.router.Instances;
import stoa.router.Place;
import stoa.value.Value;

/// Publishes which instances come and go, as `stoa.peer.joined` and `stoa.peer.left`.
record PeerNotices(Topics topics) implements Instances.Notices {
  @Override
  public void joined(Place place) {
    tell("joined", Map.of("event", "joined", "name", place.module(), "instance", place.instance()));
  }

  @Override
  public void left(Place place, String reason) {
    tell(
        "left",
        Map.of(
            "event",
            "left",
            "name",
            place.module(),
            "instance",
            place.instance(),
            "reason",
            reason));
  }

  private void tell(String what, Map<String, String> value) {
    topics.tell(
        new Event(EventsModule.RESERVED + "peer." + what, Value.of(value), "host", () -> {}));
  }
}
