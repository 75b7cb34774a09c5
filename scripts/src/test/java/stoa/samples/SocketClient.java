package stoa.samples;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import stoa.call.Invoker;
import stoa.conform.Door;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.SocketTransport;

/// A client at the socket of a host: what it calls goes over the wire to the router and from there
/// to the module, wherever that runs.
final class SocketClient implements Peer, AutoCloseable {
  private final Loop loop = Loop.start("stoa-client");
  private final Connection connection;

  SocketClient(Path socket) throws IOException {
    connection =
        Connection.start(
            SocketTransport.connect(UnixDomainSocketAddress.of(socket), loop),
            Connection.Side.Dialler.nameless(),
            this);
  }

  /// The kit has no objects of its own here.
  Door door() {
    String caller = connection.opened().join().instance();
    return new Door(connection, caller, this::release, Optional.empty());
  }

  private void release(Value.Reference reference) {
    connection.release(reference, 1);
  }

  @Override
  public Admission greeted(Greeting greeting) {
    Invoker nothing =
        (_, _) -> {
          throw new IllegalStateException("it offers nothing");
        };
    return new Admission(nothing, "");
  }

  @Override
  public void released(Value.Reference reference, long count) {}

  @Override
  public void logged(LogLine line) {}

  @Override
  public void closed(String reason) {}

  @Override
  public void close() {
    connection.close("done");
    loop.close();
  }
}
