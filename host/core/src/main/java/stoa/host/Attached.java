package stoa.host;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Peer;
import stoa.wire.SocketTransport;

/// A script or console of this process whose modules are those of a host in another one. It has a
/// connection of its own, because what it hands out are objects of its own.
final class Attached implements Peer, Surroundings {
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();
  private final Home home;
  private final UnaryOperator<Invoker> way;
  private final Consumer<Line> log;
  private volatile String instance = "";
  private volatile @Nullable LoadedModule guest;

  /// Where it runs, and whose modules it calls.
  ///
  /// @param echo takes what modules write for its calls
  record Home(RunningHost.Way host, Engines engines, Optional<Echo> echo) {}

  private Attached(Home home, UnaryOperator<Invoker> way, Consumer<Line> log) {
    this.home = home;
    this.way = way;
    this.log = log;
  }

  /// @param way what its calls go through on their way to the host
  /// @throws FailureException UNAVAILABLE if the host does not answer, LOAD_FAILED with what the
  ///   guest said
  static LoadedModule load(
      ModuleSource source, Home home, UnaryOperator<Invoker> way, Consumer<Line> log) {
    Attached attached = new Attached(home, way, log);
    Connection connection = attached.connect();
    try {
      LoadedModule guest = home.engines().attach(source, attached);
      attached.guest = guest;
      guest.ended().whenComplete((_, _) -> connection.close("the script has ended"));
      return guest;
    } catch (FailureException e) {
      connection.close("the script could not be loaded");
      throw e;
    }
  }

  private Connection connect() {
    Path socket = home.host().socket();
    try {
      Connection made =
          Connection.start(
              SocketTransport.connect(UnixDomainSocketAddress.of(socket), home.host().loop()),
              Connection.Side.Dialler.nameless(home.echo().isPresent()),
              this);
      connection.complete(made);
      made.opened().get(RunningHost.PATIENCE_SECONDS, TimeUnit.SECONDS);
      return made;
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw RunningHost.unreachable(socket, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunningHost.unreachable(socket, "interrupted");
    }
  }

  // ---- what the host says; loop thread ----

  @Override
  public Admission greeted(Greeting greeting) {
    instance = greeting.instance();
    return new Admission(this::serve, "");
  }

  private Flow serve(Invocation invocation, Flow caller) {
    LoadedModule known = guest;
    return known == null ? RunningHost.refuse(invocation, caller) : known.open(invocation, caller);
  }

  @Override
  public void released(Value.Reference reference, long count) {
    LoadedModule known = guest;
    if (known != null) {
      known.release(reference, count);
    }
  }

  @Override
  public void logged(LogLine line) {
    home.echo().ifPresent(shown -> shown.said(stoa.host.LogLine.of(line)));
  }

  @Override
  public void closed(String reason) {
    LoadedModule known = guest;
    if (known != null) {
      known.close(Duration.ZERO);
    }
  }

  // ---- what the guest gets ----

  @Override
  public Invoker router() {
    return way.apply(connection.join());
  }

  @Override
  public String instance() {
    return instance;
  }

  @Override
  public void release(Value.Reference held, long count) {
    connection.join().release(held, count);
  }

  @Override
  public void said(Line line) {
    log.accept(line);
  }
}
