package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import stoa.call.Invoker;
import stoa.host.Host;
import stoa.wire.Connection;
import stoa.wire.Listener;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.Transport;

/// A host that takes clients on a Unix socket: `RelayHost MODULES SOCKET [NAME...]`. Calls `echo` of the modules named, then
/// writes `ready` and serves until it is killed. Its memory is measured too, so it is no larger than it has to be.
public final class RelayHost {
  private RelayHost() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Host host = Host.builder().modules(Path.of(args[0])).cache(Path.of(System.getenv("BENCH_CACHE"))).start();
    Runtime.getRuntime().addShutdownHook(new Thread(host::close));
    Client client = new Client(host.invoker());
    Path socket = Path.of(args[1]);
    Files.deleteIfExists(socket); // of one that was killed
    Listener listener = Listener.open(socket, Loop.start("clients"), client::joins);
    for (int i = 2; i < args.length; i++) {
      var _ = host.module(args[i]).call("echo", "warm");
    }
    System.out.println("ready on " + listener.path());
    new CountDownLatch(1).await();
  }

  /// Anyone who connects calls with the user's rights.
  private record Client(Invoker host) implements Peer {
    void joins(Transport transport) {
      var _ = Connection.start(transport, new Connection.Side.Acceptor(Optional.empty()), this);
    }

    @Override
    public Invoker greeted(Greeting greeting) {
      return host;
    }

    @Override
    public void logged(LogLine line) {}

    @Override
    public void closed(String reason) {}
  }
}
