package stoa.process;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Peer;
import stoa.wire.Transport;

/// A connection that came to the children's socket and has not said who it is. Without a good token
/// it is sent away.
final class Arrival implements Peer {
  private final Rendezvous rendezvous;
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();
  private @Nullable Peer known; // loop thread only

  Arrival(Rendezvous rendezvous) {
    this.rendezvous = rendezvous;
  }

  void begin(Transport transport) {
    connection.complete(
        Connection.start(transport, new Connection.Side.Acceptor(Optional.empty()), this));
  }

  @Override
  public Admission greeted(Greeting greeting) {
    Rendezvous.@Nullable Reporting reporting = rendezvous.redeem(greeting.token().toByteArray());
    if (reporting == null) {
      throw new FailureException(
          Failure.of(
              Code.DENIED,
              "only children of this host may connect here, each once, with the token from `STOA_TOKEN`.",
              ""));
    }
    Peer peer = reporting.reported(connection.join());
    known = peer;
    return peer.greeted(greeting);
  }

  @Override
  public void released(Value.Reference reference, long count) {
    if (known != null) {
      known.released(reference, count);
    }
  }

  @Override
  public void logged(LogLine line) {
    if (known != null) {
      known.logged(line);
    }
  }

  @Override
  public void closed(String reason) {
    if (known != null) {
      known.closed(reason);
    }
  }
}
