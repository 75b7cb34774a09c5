package stoa.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import stoa.call.FailureException;
import stoa.module.Surroundings;
import stoa.router.Place;
import stoa.router.Router;
import stoa.router.Timer;
import stoa.wire.Connection;
import stoa.wire.Listener;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.Transport;

/// The socket where any process of this user may connect. Who says a name becomes a module, who
/// says none is a client.
public final class Reception implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /// How long somebody may take to say who they are.
  private static final long HANDSHAKE_SECONDS = 10;

  private final Desk desk;
  private final Optional<Listener> listener;
  private final Runnable empty;
  private final AtomicLong clients = new AtomicLong();
  private final Set<Session> connected = ConcurrentHashMap.newKeySet();
  private final Map<String, Session> echoing = new ConcurrentHashMap<>();
  private volatile boolean draining;

  /// What it works with.
  ///
  /// @param log takes what peers say
  public record Desk(Router router, Timer timer, BiConsumer<Place, Surroundings.Line> log) {}

  private Reception(Path socket, Loop loop, Desk desk) throws IOException {
    this.desk = desk;
    this.listener = Optional.of(Listener.open(socket, loop, this::arrived));
    this.empty = () -> {};
  }

  private Reception(Desk desk, Runnable empty) {
    this.desk = desk;
    this.listener = Optional.empty();
    this.empty = empty;
  }

  /// Serves one process that is connected already, and nobody else.
  ///
  /// @param gone is told when it has gone
  public static Reception of(Transport frontend, Desk desk, Runnable gone) {
    Reception reception = new Reception(desk, gone);
    reception.arrived(frontend);
    return reception;
  }

  /// Opens the socket, in a folder that only this user can enter; makes the folder if need be.
  ///
  /// @throws IOException if the path is too long, or there is something already
  public static Reception open(Path socket, Loop loop, Desk desk) throws IOException {
    Path folder = socket.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Reception reception = new Reception(socket, loop, desk);
    Files.setPosixFilePermissions(socket, OWNER_ONLY);
    return reception;
  }

  private void arrived(Transport transport) {
    Session session = new Session(this);
    Connection connection =
        Connection.start(transport, new Connection.Side.Acceptor(Optional.empty()), session);
    session.begin(connection);
    connected.add(session);
    desk.timer().in(HANDSHAKE_SECONDS, TimeUnit.SECONDS, session::mustBeGreeted);
    if (session.ended().toCompletableFuture().isDone()) {
      left(session);
    }
  }

  Router router() {
    return desk.router();
  }

  String nextClient() {
    return "client#" + clients.incrementAndGet();
  }

  void said(Place peer, Surroundings.Line line) {
    desk.log().accept(peer, line);
  }

  /// From now on a peer hears what modules write for calls that began with it.
  ///
  /// @param origin who it is, as [stoa.call.Chain#origin] says it
  void echoes(String origin, Session session) {
    echoing.put(origin, session);
  }

  /// Tells whoever a line was written for, if they want to hear it.
  ///
  /// @param origin who that is, as [stoa.call.Chain#origin] says it, or empty
  public void echo(String origin, Peer.LogLine line) {
    Session session = echoing.get(origin);
    if (session != null) {
      session.echo(line);
    }
  }

  void left(Session session) {
    connected.remove(session);
    echoing.values().remove(session);
    empty.run();
  }

  /// @throws FailureException UNAVAILABLE if the host is about to end
  void mayEnter() {
    if (draining) {
      throw new FailureException(Router.stopping());
    }
  }

  /// How many processes are connected.
  public int clients() {
    return connected.size();
  }

  /// @param limit how long nobody uses the host before [Leases#expired]
  public Leases leases(Duration limit) {
    return new Leases(() -> connected, desk.router()::openCalls, System::nanoTime, limit.toNanos());
  }

  /// Lets nobody in any more, and tells all who are here that the host is about to end.
  public void drain() {
    draining = true;
    listener.ifPresent(Listener::close);
    connected.forEach(Session::drain);
  }

  /// Sends everybody away.
  @Override
  public void close() {
    listener.ifPresent(Listener::close);
    connected.forEach(Session::leave);
  }
}
