package stoa.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.TakesParts;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.router.Place;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Peer;

/// One process that connected. It has the rights of the user, who alone can reach the socket; with
/// a name it is a module for as long as it stays.
final class Session implements Peer, LoadedModule, TakesParts, Leases.Client {
  /// Bytes that may wait for a client before lines are left out.
  private static final long ECHO_LIMIT = 1 << 20;

  private final Reception reception;
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();
  private final CompletableFuture<Failure> ended = new CompletableFuture<>();
  private final Lease lease = new Lease();
  private volatile Optional<Place> place = Optional.empty();
  private volatile Optional<ModuleInfo> info = Optional.empty();
  private volatile boolean introduced;
  private boolean missed; // lines of its echo; guarded by this
  private volatile int maxOpenCalls;

  Session(Reception reception) {
    this.reception = reception;
  }

  /// The connection exists; its handshake may be over already.
  void begin(Connection made) {
    connection.complete(made);
  }

  private String name() {
    return place.map(Place::instance).orElse("a peer");
  }

  // ---- whether it counts ----

  @Override
  public long reads() {
    return connection.join().reads();
  }

  /// Before its Welcome nothing may be sent to it.
  @Override
  public void ask() {
    if (place.isPresent()) {
      connection.join().ping();
    }
  }

  @Override
  public Lease lease() {
    return lease;
  }

  /// The host is about to end.
  void drain() {
    if (place.isPresent()) {
      connection.thenAccept(Connection::drain);
    }
  }

  /// Who connects and does not say who they are has no business here.
  void mustBeGreeted() {
    if (!introduced) {
      connection.join().abort("it did not finish its handshake in time");
    }
  }

  void leave() {
    connection.thenAccept(known -> known.close("the host ends"));
  }

  /// What a module wrote for a call of the other side, which wants to see it. What it does not take
  /// in time is left out, and said to be.
  void echo(LogLine line) {
    connection.thenAccept(known -> {
      boolean full = known.queued() > ECHO_LIMIT;
      boolean begins;
      synchronized (this) {
        begins = full && !missed;
        missed = full;
      }
      if (begins) {
        known.log(LogLine.MISSED); // at once: perhaps no more lines come
      } else if (!full) {
        known.log(line);
      }
    });
  }

  // ---- what the other side says; loop thread ----

  @Override
  public CompletionStage<Void> prepared(Greeting greeting) {
    introduced = true;
    reception.mayEnter();
    return greeting
        .module()
        .map(reception.router()::prepared)
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /// The loop thread, or the one that loaded the last of what it needs.
  @Override
  public Admission greeted(Greeting greeting) {
    reception.mayEnter();
    maxOpenCalls = greeting.maxOpenCalls();
    Place mine;
    if (greeting.module().isPresent()) {
      ModuleInfo self = greeting.module().get();
      info = Optional.of(self);
      mine = reception.router().visit(self, this);
    } else {
      mine = reception.router().visit(reception.nextClient(), this);
    }
    place = Optional.of(mine);
    if (greeting.echo()) {
      reception.echoes(mine.module(), this);
    }
    return new Admission(mine.router(), mine.instance());
  }

  @Override
  public void released(Value.Reference reference, long count) {
    place.ifPresent(mine -> mine.release(reference, count));
  }

  @Override
  public void logged(LogLine line) {
    place.ifPresent(mine -> reception.said(mine, line.believed()));
  }

  @Override
  public void closed(String reason) {
    ended.complete(
        Failure.of(
            Failure.Code.LOST,
            Failure.Description.of(
                    "`" + name() + "` disconnected: " + reason + ".",
                    "Call again when its process has connected again.")
                .asRetryable()));
    reception.left(this);
  }

  // ---- what the host asks; any thread ----

  @Override
  public ModuleInfo info() {
    return info.orElseThrow(() -> new IllegalStateException("a client is no module"));
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    return connection.join().open(invocation, caller);
  }

  @Override
  public void release(Value.Reference own, long count) {
    connection.join().release(own, count);
  }

  @Override
  public int maxOpenCalls() {
    return maxOpenCalls;
  }

  @Override
  public boolean serves() {
    return !ended.isDone();
  }

  @Override
  public CompletionStage<Failure> ended() {
    return ended;
  }

  @Override
  public void close(Duration grace) {
    connection.thenAccept(known -> known.close("the host sends it away"));
  }
}
