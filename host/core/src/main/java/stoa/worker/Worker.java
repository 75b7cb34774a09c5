package stoa.worker;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.limit.Limits;
import stoa.module.Access;
import stoa.module.Engine;
import stoa.module.EngineProvider;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.module.ModuleSource;
import stoa.module.OutputGate;
import stoa.module.Surroundings;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.SocketTransport;

/// The program of a worker: loads one module into a context, then reports to its host and serves it
/// until the host goes or the module cannot go on.
///
/// Lines that the module prints go to standard output and error, which the host reads.
public final class Worker implements Peer, Surroundings {
  private static final int LOAD_FAILED = 1;

  private static final String SPILLED =
      "lines came faster than the host takes them; `stoa logs` has those that follow";

  /// Bytes that may wait for the host before lines take the way of the pipes.
  private static final long LOG_LIMIT = 1 << 20;

  /// The variable that says what the module may reach.
  static final String ACCESS = "STOA_ACCESS";

  private final Access access =
      AccessText.read(System.getenv().getOrDefault(ACCESS, ""), System.getenv());
  private final Notes notes = new Notes(this::router);
  private final CompletableFuture<Connection> connection = new CompletableFuture<>();
  private final Limits limits;
  private final OutputGate output;
  private volatile String instance = "";
  private volatile @Nullable LoadedModule module;
  private volatile int exitCode;
  private volatile boolean spilling; // lines take the way of the pipes

  private Worker(Limits limits) {
    this.limits = limits;
    this.output = new OutputGate(limits.outputBytes(), System::nanoTime);
  }

  /// `LANGUAGE NAME MAIN FOLDER CACHE LIMITS`, FOLDER and CACHE possibly empty. Without a name it
  /// loads nothing, but has the engine unpack its files into the cache.
  public static void main(String[] words) {
    if (words[1].isEmpty()) {
      unpack(Language.valueOf(words[0]), path(words[4]));
      return;
    }
    ModuleSource source =
        new ModuleSource(
            words[1],
            Path.of(words[2]),
            Language.valueOf(words[0]),
            path(words[3]),
            ModuleSource.Kind.MODULE);
    try {
      new Worker(Limits.read(words[5])).run(source, path(words[4]));
      // All other threads are daemons; closed() and leave() end the process.
      new CountDownLatch(1).await();
    } catch (IOException e) {
      System.err.println("the worker of `" + source.name() + "` lost its host: " + e.getMessage());
      Runtime.getRuntime().halt(LOAD_FAILED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Path> path(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  private static void unpack(Language language, Optional<Path> cache) {
    try {
      Path empty = Files.createTempFile("stoa-", "");
      ModuleSource source =
          new ModuleSource("empty", empty, language, Optional.empty(), ModuleSource.Kind.MODULE);
      new Worker(Limits.DEFAULT).load(source, cache);
      Files.delete(empty);
      Runtime.getRuntime().halt(0);
    } catch (IOException | FailureException e) {
      System.err.println(e.getMessage());
      Runtime.getRuntime().halt(LOAD_FAILED);
    }
  }

  private void run(ModuleSource source, Optional<Path> cache) throws IOException {
    Loop loop = Loop.start("stoa-loop");
    try {
      LoadedModule loaded = load(source, cache);
      module = loaded;
      connect(loop, Optional.of(loaded.info()));
      loaded
          .ended()
          .whenComplete((failure, _) -> leave(failure == null ? "it ended" : failure.message()));
    } catch (FailureException e) {
      // Hello without a module, then Goodbye with the reason: PROTOCOL.md, "A module that cannot
      // load".
      String help = e.failure().help();
      connect(loop, Optional.empty());
      leave(e.failure().message() + (help.isEmpty() ? "" : " " + help));
    }
  }

  private LoadedModule load(ModuleSource source, Optional<Path> cache) {
    Engine engine = engine(source.language(), cache);
    try {
      return engine.load(source, this).toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FailureException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Engine engine(Language language, Optional<Path> cache) {
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      if (provider.languages().contains(language)) {
        return provider.create(cache);
      }
    }
    throw new FailureException(
        Failure.of(
            Failure.Code.LOAD_FAILED,
            "a worker of this host has no engine for " + language.id() + ".",
            "Put `stoa-polyglot-bridge` and GraalVM's jars on the class path of the host."));
  }

  private void connect(Loop loop, Optional<ModuleInfo> self) throws IOException {
    byte[] token = HexFormat.of().parseHex(System.getenv("STOA_TOKEN"));
    UnixDomainSocketAddress host = UnixDomainSocketAddress.of(System.getenv("STOA_SOCKET"));
    connection.complete(
        Connection.start(
            SocketTransport.connect(host, loop),
            new Connection.Side.Dialler(self, token, ""),
            this));
  }

  /// Says why, then ends the process, whatever threads still run.
  private void leave(String reason) {
    exitCode = LOAD_FAILED;
    connection.join().close(reason);
    System.err.println(reason);
    CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
        .execute(() -> Runtime.getRuntime().halt(LOAD_FAILED));
  }

  // ---- what the host says; loop thread ----

  @Override
  public Admission greeted(Greeting greeting) {
    instance = greeting.instance();
    LoadedModule serving = module;
    return new Admission(serving == null ? Worker::nothing : serving, "");
  }

  private static Flow nothing(Invocation invocation, Flow caller) {
    caller.send(
        new Signal.Failed(Failure.of(Failure.Code.LOAD_FAILED, "the module is not loaded.", "")));
    return _ -> {};
  }

  @Override
  public void released(Value.Reference reference, long count) {
    if (module != null) {
      module.release(reference, count);
    }
  }

  @Override
  public void logged(LogLine line) {}

  @Override
  public void closed(String reason) {
    int code = exitCode; // closing the module changes it
    if (module != null) {
      module.close(Duration.ZERO);
    }
    Runtime.getRuntime().halt(code); // nobody wants what we do
  }

  // ---- what the module gets ----

  @Override
  public Invoker router() {
    return (invocation, caller) -> connection.join().open(invocation, caller);
  }

  @Override
  public String instance() {
    return instance;
  }

  /// What held when this worker was started: when it changes, another one is.
  @Override
  public Access access() {
    return access;
  }

  @Override
  public void noted(Access.Use use) {
    connection.thenAccept(_ -> notes.take(use));
  }

  @Override
  public void release(Value.Reference held, long count) {
    connection.join().release(held, count);
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public void said(Line line) {
    output.pass(line, this::tell);
  }

  private void tell(Line line) {
    Connection host = connection.getNow(null);
    boolean full = host != null && host.queued() > LOG_LIMIT;
    if (host != null && !full) {
      host.log(new LogLine(line));
    } else { // the pipes hold up who writes faster than the host reads
      (line.stream() == Stream.OUT ? System.out : System.err).println(line.text());
    }
    if (full && !spilling) {
      host.log(new LogLine(new Line(Stream.WARNING, SPILLED, line.call(), line.chain())));
    }
    spilling = full;
  }
}
