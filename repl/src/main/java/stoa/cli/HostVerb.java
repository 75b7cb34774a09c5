package stoa.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.daemon.HostLock;
import stoa.daemon.LogFile;
import stoa.daemon.RunFolder;
import stoa.host.Farewell;
import stoa.host.Host;
import stoa.host.HostBuilder;
import stoa.host.LogLine;

/// `stoa host`: serves modules to other processes. In the foreground until it is interrupted; in
/// the background, as commands start it, until nobody uses it.
record HostVerb(CommandLine line, Situation situation, Interrupts interrupts) {
  /// The longest path that a Unix socket can have.
  private static final int LONGEST_PATH = 107;

  private static final Duration IDLE_LIMIT = Duration.ofSeconds(60);

  /// How long calls under way may go on when the host is to end.
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

  /// How long a host that is about to end is waited for.
  private static final Duration PREDECESSOR_LIMIT = DRAIN_LIMIT.plusSeconds(5);

  int run() throws IOException, InterruptedException {
    line.atMost(0);
    if (line.has(Flag.BACKGROUND)) {
      OwnSession.begin();
    }
    Home home = situation.homes().of(line);
    home.sign();
    if (line.has(Flag.STDIO)) {
      return serveFrontend(home);
    }
    if (line.has(Flag.SOCKET)) {
      Path socket = socket(line, situation);
      check(socket);
      return listen(home, socket, embedded().builder(home, embedded()::log));
    }
    RunFolder folder = RunFolder.of(situation.folders().runtime(), home.modules());
    check(folder.socket());
    folder.secure();
    Duration patience = line.has(Flag.BACKGROUND) ? PREDECESSOR_LIMIT : Duration.ZERO;
    // Kept until the process is gone: who waits for the lock finds nothing of this host.
    if (HostLock.take(folder, Build.id(), patience).isEmpty()) {
      throw new FailureException(taken(home.modules()));
    }
    Files.deleteIfExists(folder.socket()); // of a host that was killed: we have its lock
    Path log = BackgroundHost.log(folder, situation);
    try (LogFile file = new LogFile(log, LogFile.Size.USUAL, situation.streams()::remark)) {
      Consumer<LogLine> taker = line.has(Flag.BACKGROUND) ? file : file.andThen(embedded()::log);
      return listen(home, folder.socket(), embedded().builder(home, taker).logState(file::state));
    }
  }

  private EmbeddedHost embedded() {
    return new EmbeddedHost(line, situation);
  }

  private int listen(Home home, Path socket, HostBuilder builder) throws InterruptedException {
    return serve(
        builder.socket(socket),
        () -> {
          situation.streams().out().line(socket.toString());
          if (!line.has(Flag.BACKGROUND)) {
            situation
                .streams()
                .remark("serving " + home.modules() + " on that socket; Ctrl-C ends it");
          }
        });
  }

  /// The one process that started this one speaks the protocol on our standard streams.
  private int serveFrontend(Home home) throws InterruptedException {
    Streams streams = situation.streams();
    return serve(
        embedded().builder(home, embedded()::log).frontend(streams.in(), streams.out().bytes()),
        () -> {});
  }

  /// @param ready what is to be said when the host can be called
  private int serve(HostBuilder builder, Runnable ready) throws InterruptedException {
    CompletableFuture<Farewell> end = new CompletableFuture<>();
    Thread serving = Thread.currentThread();
    HostBuilder alone =
        builder
            .warmPool(!"off".equals(situation.variables().get("STOA_WARM")))
            .standsAlone(
                Build.id(),
                idle(),
                why -> {
                  if (!end.complete(why) && why == Farewell.STOP_NOW) {
                    serving.interrupt(); // it drains
                  }
                });
    try (Host host = alone.start()) {
      ready.run();
      interrupts.onStop(() -> end.complete(Farewell.STOP_NOW));
      drain(host, end.get());
      return ExitCode.DONE;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void drain(Host host, Farewell why) {
    if (why == Farewell.STOP_NOW || why == Farewell.ABANDONED) {
      return;
    }
    try {
      host.drain(DRAIN_LIMIT);
    } catch (InterruptedException e) {
      // Somebody has lost patience.
    }
  }

  /// In the foreground somebody looks after it.
  private Optional<Duration> idle() {
    Optional<Duration> wanted = line.time(Flag.IDLE);
    return line.has(Flag.BACKGROUND) ? wanted.or(() -> Optional.of(IDLE_LIMIT)) : wanted;
  }

  /// Where a host for the modules that the command line means takes connections.
  static Path socket(CommandLine line, Situation situation) {
    return line.value(Flag.SOCKET)
        .map(text -> situation.working().resolve(text).toAbsolutePath().normalize())
        .orElseGet(() ->
            RunFolder.of(situation.folders().runtime(), situation.homes().modules(line)).socket());
  }

  private void check(Path socket) {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
      throw new UsageException(
          "the path of the socket, `" + socket + "`, has more than " + LONGEST_PATH + " bytes.",
          "Name a shorter one with `--socket PATH`.");
    }
    if (line.has(Flag.SOCKET) && Files.exists(socket)) {
      throw new UsageException(
          "there is `" + socket + "` already.",
          "Another host may be running. If none is, delete the file, or name another with `--socket PATH`.");
    }
  }

  private static Failure taken(Path modules) {
    return Failure.of(
        Code.UNAVAILABLE,
        "a host runs for " + modules + " already.",
        "`stoa status` tells about it, `stoa stop` ends it.");
  }
}
