package stoa.session;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import stoa.call.Invoker;
import stoa.module.ModuleInfo;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.SocketTransport;

/// A process that came to the host by itself, played by the test.
record Played(Invoker serves) implements Peer {
  /// @param name empty: a client
  static Connection connect(Path socket, Loop loop, String name, Invoker serves) throws Exception {
    Optional<ModuleInfo> self =
        name.isEmpty()
            ? Optional.empty()
            : Optional.of(new ModuleInfo(name, "", "", List.of(), Map.of(), "test"));
    Connection connection =
        Connection.start(
            SocketTransport.connect(UnixDomainSocketAddress.of(socket), loop),
            new Connection.Side.Dialler(self, new byte[0], ""),
            new Played(serves));
    connection.opened().get(10, TimeUnit.SECONDS);
    return connection;
  }

  @Override
  public Admission greeted(Greeting greeting) {
    return new Admission(serves, "");
  }

  @Override
  public void released(Value.Reference reference, long count) {}

  @Override
  public void logged(LogLine line) {}

  @Override
  public void closed(String reason) {}
}
