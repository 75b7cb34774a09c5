package stoa.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.TakesParts;
import stoa.module.Access;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.module.Surroundings;
import stoa.module.Surroundings.Line;
import stoa.module.Surroundings.Stream;
import stoa.router.Found;
import stoa.router.Timer;
import stoa.sandbox.Limits;
import stoa.sandbox.Nest;
import stoa.sandbox.Watch;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Peer;
import stoa.wire.PipeTransport;

/// One module that is a process. It reports on the children's socket, or begins to speak the
/// protocol on its standard output; what it writes otherwise becomes lines of the log.
final class Child implements LoadedModule, TakesParts, Peer {
  private static final long SILENCE_MS = 1_000;

  /// After each 8 KiB: some 8 MB/s.
  private static final long FLOOD_PAUSE_NANOS = 1_000_000;

  private static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  private final Found found;
  private final Surroundings surroundings;
  private final Timer timer;
  private final Nursery nursery;
  private final Nest nest;
  private final Output output = new Output();
  private final Set<ChildCall> open = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Failure> ended = new CompletableFuture<>();
  private final CompletableFuture<Connection> connected = new CompletableFuture<>();

  /// Nothing is left of it.
  private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();

  // Set by start(), before anything else can happen to them.
  private volatile @Nullable Process process;
  private volatile @Nullable CpuGuard cpu;
  private Rendezvous.@Nullable Invitation invitation;
  private CompletableFuture<LoadedModule> ready = new CompletableFuture<>();

  private volatile @Nullable ModuleInfo info;
  private volatile int maxOpenCalls;
  private volatile String farewell = "";
  private volatile boolean closing;
  private volatile boolean spoke;
  private volatile boolean doomed;
  private volatile Watch.@Nullable Excess excess;

  /// Where children come from, and where they report.
  record Nursery(Rendezvous rendezvous, Spawner spawner, Quarters quarters, Watch watch) {}

  /// @param nest is deleted when the process has ended
  Child(Found found, Surroundings surroundings, Timer timer, Nursery nursery, Nest nest) {
    this.found = found;
    this.surroundings = surroundings;
    this.timer = timer;
    this.nursery = nursery;
    this.nest = nest;
  }

  /// Starts the process.
  ///
  /// @param access what the module may reach by itself
  ///
  /// @throws FailureException LOAD_FAILED if it cannot be started
  void start(ChildCommand command, Access access, CompletableFuture<LoadedModule> whenReady) {
    ready = whenReady;
    try {
      Rendezvous.Invitation mine = nursery.rendezvous().invite(this::reported);
      invitation = mine;
      Quarters.Lodger lodger = new Quarters.Lodger(found, surroundings.instance(), access, nest);
      ProcessBuilder builder = nursery.quarters().prepare(lodger, command, mine.socket());
      builder.environment().put("STOA_SOCKET", mine.socket().toString());
      builder.environment().put("STOA_TOKEN", mine.token());
      builder.environment().put("STOA_MODULE", found.name());
      process = nursery.spawner().start(builder);
      Limits limits = nursery.quarters().limits(found, command.needs().limits());
      nursery.watch().over(process().toHandle(), nest, limits, this::exceeded);
      process().onExit().whenComplete((_, _) -> ended(limits));
    } catch (RuntimeException e) {
      forgetInvitation();
      throw e;
    } catch (IOException e) {
      forgetInvitation();
      throw new FailureException(Deaths.cannotStart(found, String.valueOf(e.getMessage())), e);
    }
    Process started = process();
    cpu = new CpuGuard(started.toHandle(), Overuse.limit(found), timer, this::overuses);
    thread("stdout").start(() -> readStdout(started));
    thread("stderr").start(() -> pump(started.getErrorStream(), Stream.ERR));
  }

  private void ended(Limits limits) {
    excess = excess == null ? Watch.seen(nest, limits).orElse(null) : excess;
    Thread.ofVirtual().name("stoa-nest").start(this::clean);
    exited();
  }

  private void clean() {
    try {
      nest.close();
      nursery.quarters().left(surroundings.instance());
    } finally {
      gone.complete(null);
    }
  }

  CompletionStage<@Nullable Void> gone() {
    return gone;
  }

  private Thread.Builder thread(String what) {
    return Thread.ofPlatform().name("stoa-" + found.name() + "-" + what).daemon();
  }

  private CpuGuard guard() {
    return Objects.requireNonNull(cpu, "the child was not started");
  }

  Process process() {
    Process started = process;
    if (started == null) {
      throw new IllegalStateException("the child was not started");
    }
    return started;
  }

  private void readStdout(Process started) {
    Sniffer text = new Sniffer(started.getInputStream());
    pump(text, Stream.OUT);
    if (text.found() && connected.isDone()) {
      pump(text.protocol(), Stream.OUT); // it has its connection: this is a line like any other
    } else if (text.found()) {
      spoke = true;
      PipeTransport pipes =
          new PipeTransport(text.protocol(), started.getOutputStream(), "stoa-" + found.name());
      Connection.Side dialler =
          new Connection.Side.Dialler(Optional.empty(), new byte[0], surroundings.instance());
      connects(Connection.start(pipes, dialler, this));
      forgetInvitation();
    }
  }

  private void pump(InputStream in, Stream stream) {
    try {
      output.pump(in, text -> said(stream, text), this::slowDown);
    } catch (IOException e) {
      // The pipe of a killed process breaks anywhere; the exit itself is reported.
      farewell = farewell.isEmpty() ? "its pipe broke: " + e.getMessage() : farewell;
    }
  }

  /// Who prints more than anybody will see waits for each piece that is read.
  private void slowDown() {
    if (surroundings.leavesOut()) {
      LockSupport.parkNanos(FLOOD_PAUSE_NANOS);
    }
  }

  private void said(Stream stream, String text) {
    surroundings.said(new Line(stream, text));
  }

  /// The process came to the children's socket with its token.
  private Peer reported(Connection connection) {
    spoke = true;
    connects(connection);
    return this;
  }

  private void connects(Connection connection) {
    connected.complete(connection);
    // Only when the handshake is done on both sides may calls go out.
    connection
        .opened()
        .thenAccept(greeting -> greeting.module().ifPresent(_ -> ready.complete(this)));
  }

  private static void notAModule(Connection connection) {
    connection.abort("its handshake did not say which methods it has");
  }

  @Override
  public Admission greeted(Greeting greeting) {
    if (greeting.module().isEmpty()) {
      // It says why in a Goodbye: its load failed. One that does not is no module.
      timer.in(SILENCE_MS, TimeUnit.MILLISECONDS, () -> connected.thenAccept(Child::notAModule));
      return admission();
    }
    maxOpenCalls = greeting.maxOpenCalls();
    ModuleInfo said = greeting.module().get();
    String language = said.language().isEmpty() ? "executable" : said.language();
    info =
        new ModuleInfo(
            found.name(), said.version(), said.doc(), said.methods(), said.needs(), language);
    return admission();
  }

  @Override
  public int maxOpenCalls() {
    return maxOpenCalls;
  }

  private Admission admission() {
    return new Admission(surroundings.router(), surroundings.instance());
  }

  @Override
  public void released(Value.Reference reference, long count) {
    surroundings.release(reference, count);
  }

  @Override
  public void release(Value.Reference own, long count) {
    connected.join().release(own, count);
  }

  @Override
  public void logged(LogLine said) {
    output.remember(said.line().text());
    surroundings.said(said.believed());
  }

  @Override
  public void closed(String reason) {
    farewell = reason;
    // A process without its connection serves nothing: it ends now, and its exit is reported.
    timer.in(EXIT_GRACE.toMillis(), TimeUnit.MILLISECONDS, this::kill);
    if (!ready.isDone() && !process().isAlive()) {
      exited();
    }
  }

  private void exceeded(Watch.Excess broken) {
    excess = broken;
    said(Stream.WARNING, "killed: " + Deaths.words(broken));
    kill();
  }

  private void exited() {
    // What it wrote last may still be in pipes and sockets when the exit is seen: even its Hello.
    timer.in(50, TimeUnit.MILLISECONDS, this::reportExit);
  }

  private void reportExit() {
    forgetInvitation();
    Deaths.Exit exit = new Deaths.Exit(process().exitValue(), doomed, excess);
    Deaths.Report report = new Deaths.Report(found, exit, farewell, output.last(), spoke);
    ready.completeExceptionally(new FailureException(Deaths.loadFailed(report)));
    ended.complete(closing ? Deaths.closed(found) : Deaths.lost(report));
  }

  private void forgetInvitation() {
    if (invitation != null) {
      nursery.rendezvous().forget(invitation);
    }
  }

  @Override
  public ModuleInfo info() {
    ModuleInfo known = info;
    if (known == null) {
      throw new IllegalStateException("the child is not ready");
    }
    return known;
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    return new ChildCall(this, invocation.name(), caller).open(connected.join(), invocation);
  }

  /// It used more CPU time than a call may, and no call got on.
  private void overuses(Duration used, long since) {
    open.stream()
        .filter(call -> call.isOpenSince(since))
        .forEach(call -> call.exceeds(Overuse.ofCpu(found, call.name(), used)));
  }

  @Override
  public boolean serves() {
    return !doomed && !ended.isDone() && !connected.join().over();
  }

  @Override
  public CompletionStage<Failure> ended() {
    return ended;
  }

  @Override
  public void close(Duration grace) {
    closing = true;
    timer.in(grace.toMillis(), TimeUnit.MILLISECONDS, this::leave);
  }

  void drain() {
    if (connected.isDone()) {
      connected.join().drain();
    }
  }

  private void leave() {
    if (connected.isDone()) {
      connected.join().close("the host ends this module");
    }
    timer.in(EXIT_GRACE.toMillis(), TimeUnit.MILLISECONDS, this::kill);
  }

  void kill() {
    doomed = true;
    process().descendants().forEach(ProcessHandle::destroyForcibly);
    process().destroyForcibly();
  }

  /// Nobody waits for it any more, whether it was started or not.
  void abandon() {
    if (process == null) {
      nest.close();
    } else {
      kill();
    }
  }

  /// Waits for the process to end, then kills it, until nothing is left of it.
  void awaitExit(Duration limit) {
    try {
      process().onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      kill();
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      return;
    }
    try {
      gone.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      System.getLogger("stoa")
          .log(System.Logger.Level.WARNING, "something is left in " + nest.path());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- for its calls ----

  Timer timer() {
    return timer;
  }

  void begins(ChildCall call) {
    open.add(call);
    guard().begins();
  }

  /// A call has said an item, or its end.
  void getsOn(ChildCall call, boolean ends) {
    if (ends) {
      open.remove(call);
    }
    guard().getsOn(ends);
  }

  void killForCall() {
    said(Stream.WARNING, "killed: it did not end a cancelled call");
    kill();
  }

  /// Whether its connection is lost: then [#ended] says why.
  boolean isCutOff() {
    return connected.join().over();
  }
}
