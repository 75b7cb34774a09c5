package stoa.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.client.Modules;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.router.Router;
import stoa.value.Arguments;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.PipeTransport;
import stoa.wire.SocketTransport;

/// A host of another process, reached by its socket. This side is a client without a name, which
/// serves nothing.
public final class RunningHost implements Modules {
  static final int PATIENCE_SECONDS = 10;

  /// A child has to start first.
  private static final int CHILD_PATIENCE_SECONDS = 60;

  private final Optional<Way> way;
  private final Connection connection;
  private final Engines engines;
  private final Optional<Echo> echo;

  /// How more connections to the same host are made.
  record Way(Path socket, Loop loop) {}

  private RunningHost(
      Optional<Way> way, Connection connection, Optional<Path> cache, Optional<Echo> echo) {
    this.way = way;
    this.connection = connection;
    this.engines = new Engines(cache);
    this.echo = echo;
  }

  /// A host that is a child of this process, `stoa host --stdio`.
  ///
  /// @param in what it writes to its standard output
  /// @param out its standard input
  /// @throws FailureException UNAVAILABLE if it does not answer as a host
  public static RunningHost over(InputStream in, OutputStream out) throws InterruptedException {
    Connection connection =
        Connection.start(
            new PipeTransport(in, out, "stoa-host"),
            Connection.Side.Dialler.nameless(),
            new Silent(Optional.empty()));
    try {
      connection.opened().get(CHILD_PATIENCE_SECONDS, TimeUnit.SECONDS);
      return new RunningHost(Optional.empty(), connection, Optional.empty(), Optional.empty());
    } catch (ExecutionException | TimeoutException e) {
      connection.abort("it does not answer as a host");
      throw unreachable("the pipe", String.valueOf(e.getMessage()));
    }
  }

  /// @throws FailureException UNAVAILABLE if no host answers there
  public static RunningHost connect(Path socket) throws InterruptedException {
    return tryConnect(socket, Optional.empty(), Optional.empty())
        .orElseThrow(() -> unreachable(socket, "nobody listens there"));
  }

  /// @param cache where engines may unpack what they need for [#attach]
  /// @param echo takes what modules write for the calls of this side, and of the scripts that it
  ///   attaches, as far as the host knows whose call a line belongs to; what they wrote for a call
  ///   comes before [#close] is done
  /// @return empty if nobody listens there, or who did is about to end
  /// @throws FailureException UNAVAILABLE if who listens there does not answer as a host
  public static Optional<RunningHost> tryConnect(
      Path socket, Optional<Path> cache, Optional<Consumer<LogLine>> echo)
      throws InterruptedException {
    Optional<Echo> shown = echo.map(Echo::new);
    Loop loop = Loop.start("stoa-client");
    Optional<RunningHost> connected = Optional.empty();
    try {
      Connection connection =
          Connection.start(
              SocketTransport.connect(UnixDomainSocketAddress.of(socket), loop),
              Connection.Side.Dialler.nameless(shown.isPresent()),
              new Silent(shown));
      connection.opened().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      connected =
          Optional.of(
              new RunningHost(Optional.of(new Way(socket, loop)), connection, cache, shown));
    } catch (IOException e) {
      // nobody listens
    } catch (ExecutionException e) {
      if (Files.exists(socket)) { // a host that is about to end has removed it
        throw unreachable(
            socket,
            e.getCause() instanceof FailureException f ? f.failure().message() : e.toString());
      }
    } catch (TimeoutException e) {
      throw unreachable(socket, "what listens there says nothing");
    } finally {
      if (connected.isEmpty()) {
        loop.close();
      }
    }
    return connected;
  }

  static FailureException unreachable(Object socket, String why) {
    return new FailureException(
        Failure.of(
            Code.UNAVAILABLE,
            "no host answers at `" + socket + "`: " + why + ".",
            "`stoa host` starts one and prints its socket; name another with `--socket PATH`."));
  }

  public boolean isConnected() {
    return !connection.over();
  }

  /// Whether a call failed because its host was about to end: nothing was done, and the next host
  /// can be asked.
  public static boolean wasEnding(Failure failure) {
    return failure.details().containsKey(Router.ENDING);
  }

  /// Calls methods of a module of that host.
  @Override
  public ModuleClient module(String name) {
    return new ModuleClient(connection, name);
  }

  @Override
  public Invoker invoker() {
    return connection;
  }

  @Override
  public LoadedModule attach(
      ModuleSource source, UnaryOperator<Invoker> way, Consumer<Surroundings.Line> log) {
    Way more = this.way.orElseThrow(() -> new FailureException(onlyOneConnection()));
    return Attached.load(source, new Attached.Home(more, engines, echo), way, log);
  }

  /// Gives on what modules write, until this side closes or is too slow to take it.
  public void listen(Consumer<LogLine> log) {
    Thread.ofVirtual()
        .name("stoa-logs")
        .start(() -> {
          try (Items lines = module("stoa").items("logs", Arguments.of())) {
            lines.forEachRemaining(line -> log.accept(LogLine.of(line)));
          } catch (FailureException e) {
            // The host ends, or lines come faster than they are shown.
          }
        });
  }

  private static Failure onlyOneConnection() {
    return Failure.of(
        Code.UNSUPPORTED,
        "a host on standard streams serves one peer, so no script can join it.",
        "Connect to a host with a socket.");
  }

  @Override
  public void close() {
    engines.close();
    connection.close("the client is done");
    way.ifPresent(known -> known.loop().close());
    echo.ifPresent(Echo::close);
  }

  static Flow refuse(Invocation invocation, Flow caller) {
    String message = "a client has no method `" + invocation.method() + "`.";
    caller.send(new Signal.Failed(Failure.of(Code.NO_SUCH_METHOD, message, "")));
    return _ -> {};
  }
}
