package stoa.host;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.client.ModuleClient;
import stoa.client.Modules;
import stoa.router.Router;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.SocketTransport;

/// A host of another process, reached by its socket. This side is a client without a name, which
/// serves nothing.
public final class RunningHost implements Modules {
  private static final int PATIENCE_SECONDS = 10;

  private final Loop loop;
  private final Connection connection;

  private RunningHost(Loop loop, Connection connection) {
    this.loop = loop;
    this.connection = connection;
  }

  /// @throws FailureException UNAVAILABLE if no host answers there
  public static RunningHost connect(Path socket) throws InterruptedException {
    return tryConnect(socket).orElseThrow(() -> unreachable(socket, "nobody listens there"));
  }

  /// @return empty if nobody listens there, or who did is about to end
  /// @throws FailureException UNAVAILABLE if who listens there does not answer as a host
  public static Optional<RunningHost> tryConnect(Path socket) throws InterruptedException {
    Loop loop = Loop.start("stoa-client");
    Optional<RunningHost> connected = Optional.empty();
    try {
      Connection connection =
          Connection.start(
              SocketTransport.connect(UnixDomainSocketAddress.of(socket), loop),
              Connection.Side.Dialler.nameless(),
              new Silent());
      connection.opened().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      connected = Optional.of(new RunningHost(loop, connection));
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

  private static FailureException unreachable(Path socket, String why) {
    return new FailureException(
        Failure.of(
            Code.UNAVAILABLE,
            "no host answers at `" + socket + "`: " + why + ".",
            "`stoa host` starts one and prints its socket; name another with `--socket PATH`."));
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
  public void close() {
    connection.close("the client is done");
    loop.close();
  }

  /// What this side does about the host: nothing.
  private static final class Silent implements Peer {
    @Override
    public Admission greeted(Greeting greeting) {
      return new Admission(Silent::refuse, "");
    }

    private static Flow refuse(Invocation invocation, Flow caller) {
      String message = "a client has no method `" + invocation.method() + "`.";
      caller.send(new Signal.Failed(Failure.of(Code.NO_SUCH_METHOD, message, "")));
      return _ -> {};
    }

    @Override
    public void released(Value.Reference reference, long count) {}

    @Override
    public void logged(LogLine line) {}

    @Override
    public void closed(String reason) {}
  }
}
