package bench;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Shape;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.host.Host;
import stoa.module.ModuleInfo;
import stoa.value.Arguments;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.SocketTransport;

/// `PerCall FOLDER`: how much heap an open call, an open stream and a held reference take, with the
/// host, its client and its module in this one process. Prints bytes.
public final class PerCall implements Peer, Invoker, TakesParts {
  private static final int MANY = 9_000;

  /// Calls that have come to the module.
  private static final Semaphore ARRIVED = new Semaphore(0);

  private volatile String instance = "";

  private PerCall() {}

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (invocation.method().equals("keep")) {
      caller.send(new Signal.Returned(Payload.NULL));
    }
    ARRIVED.release();
    return signal -> {
      if (signal instanceof Signal.Cancel) {
        caller.send(new Signal.Returned(Payload.NULL));
      }
    };
  }

  @Override
  public Admission greeted(Greeting greeting) {
    instance = greeting.instance();
    return new Admission(this, "");
  }

  @Override
  public void released(Value.Reference reference, long count) {}

  @Override
  public void logged(LogLine line) {}

  @Override
  public void closed(String reason) {}

  private Connection connect(Path socket, Loop loop, String name) throws Exception {
    Optional<ModuleInfo> self =
        name.isEmpty() ? Optional.empty() : Optional.of(new ModuleInfo(name, "", "", List.of(), Map.of(), ""));
    Connection connection =
        Connection.start(
            SocketTransport.connect(UnixDomainSocketAddress.of(socket), loop),
            new Connection.Side.Dialler(self, new byte[0], ""),
            this);
    connection.opened().get(10, TimeUnit.SECONDS);
    return connection;
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long calls(Connection client, Shape shape) throws InterruptedException {
    Invocation.Terms terms = Invocation.Terms.DEFAULT.with(shape);
    Semaphore ended = new Semaphore(0);
    Flow ends =
        signal -> {
          if (signal.ends()) {
            ended.release();
          }
        };
    long before = heap();
    List<Flow> open = new ArrayList<>(MANY);
    for (int i = 0; i < MANY; i++) {
      open.add(client.open(Invocation.of("sink", "wait", Payload.of(Arguments.NONE)).with(terms), ends));
    }
    ARRIVED.acquire(MANY);
    long each = (heap() - before) / MANY;
    open.forEach(call -> call.send(new Signal.Cancel("over")));
    ended.acquire(MANY);
    return each;
  }

  private long references(Connection client) throws InterruptedException {
    long before = heap();
    for (int from = 1; from <= 10 * MANY; from += 1000) {
      List<Value> some = new ArrayList<>();
      for (int number = from; number < from + 1000; number++) {
        some.add(new Value.Reference(instance, number));
      }
      Payload argument = Payload.of(Arguments.of(Value.of(some)));
      client.open(Invocation.of("sink", "keep", argument), _ -> {});
      ARRIVED.acquire();
    }
    return (heap() - before) / (10 * MANY);
  }

  public static void main(String[] args) throws Exception {
    Path socket = Path.of(args[0]).resolve("m");
    Files.deleteIfExists(socket);
    try (Host host = Host.builder().modules(Path.of(args[0])).socket(socket).start();
        Loop loop = Loop.start("ends")) {
      new PerCall().connect(socket, loop, "sink");
      PerCall end = new PerCall();
      Connection client = end.connect(socket, loop, "");
      calls(client, Shape.PLAIN);
      System.out.println(
          calls(client, Shape.PLAIN) + " " + calls(client, Shape.STREAMS_IN) + " " + end.references(client));
    }
  }
}
