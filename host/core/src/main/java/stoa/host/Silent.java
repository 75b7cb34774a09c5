package stoa.host;

import java.util.Optional;
import stoa.value.Value;
import stoa.wire.Peer;

/// What a client without a name does about its host: it shows what the host tells it, if anybody
/// wants to see that.
record Silent(Optional<Echo> echo) implements Peer {
  @Override
  public Admission greeted(Greeting greeting) {
    return new Admission(RunningHost::refuse, "");
  }

  @Override
  public void released(Value.Reference reference, long count) {}

  @Override
  public void logged(LogLine line) {
    echo.ifPresent(shown -> shown.said(stoa.host.LogLine.of(line)));
  }

  @Override
  public void closed(String reason) {}
}
