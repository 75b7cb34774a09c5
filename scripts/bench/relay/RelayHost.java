package bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import stoa.call.Invoker;
import stoa.module.Surroundings;
import stoa.process.Children;
import stoa.process.Sdk;
import stoa.router.Identity;
import stoa.router.ModulesFolder;
import stoa.router.Place;
import stoa.module.Placement;
import stoa.router.Router;
import stoa.router.Timer;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Listener;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.Transport;

/// A host that takes clients on a Unix socket: `RelayHost MODULES SOCKET`. The router and the children are the host's own;
/// only that clients and children share one loop is put together here, because an embedded host takes no clients.
public final class RelayHost {
  private RelayHost() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Timer timer = new Timer("timer");
    Loop loop = Loop.start("loop");
    Children children = new Children(new Sdk(Optional.empty()), timer, () -> loop);
    Router router =
        new Router(
            new ModulesFolder(Path.of(args[0])),
            timer,
            new Router.Settings(
                Map.of(Placement.NATIVE, children.natives()), Optional.empty(), Duration.ofSeconds(60)),
            ModuleWords::new);
    Runtime.getRuntime().addShutdownHook(new Thread(children::close));
    Client client = new Client(router.as(Identity.User.HOST));
    Path socket = Path.of(args[1]);
    Files.deleteIfExists(socket); // of one that was killed
    Listener listener = Listener.open(socket, loop, client::joins);
    System.out.println("ready on " + listener.path());
    new CountDownLatch(1).await();
  }

  /// What a module says goes to stderr.
  private record ModuleWords(Place place) implements Surroundings {
    @Override
    public String instance() {
      return place.instance();
    }

    @Override
    public Invoker router() {
      return place.router();
    }

    @Override
    public void release(Value.Reference held, long count) {
      place.release(held, count);
    }

    @Override
    public void said(Line line) {
      System.err.println(place.module() + ": " + line.text());
    }
  }

  /// Anyone who connects calls with the user's rights.
  private record Client(Invoker host) implements Peer {
    void joins(Transport transport) {
      var _ = Connection.start(transport, new Connection.Side.Acceptor(Optional.empty()), this);
    }

    @Override
    public Admission greeted(Greeting greeting) {
      return new Admission(host, "client");
    }

    @Override
    public void released(Value.Reference reference, long count) {}

    @Override
    public void logged(LogLine line) {}

    @Override
    public void closed(String reason) {}
  }
}
