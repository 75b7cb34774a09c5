package stoa.host;

import stoa.value.Value;
import stoa.wire.Peer;

/// What a client without a name does about its host: nothing.
final class Silent implements Peer {
  @Override
  public Admission greeted(Greeting greeting) {
    return new Admission(RunningHost::refuse, "");
  }

  @Override
  public void released(Value.Reference reference, long count) {}

  @Override
  public void logged(LogLine line) {}

  @Override
  public void closed(String reason) {}
}
