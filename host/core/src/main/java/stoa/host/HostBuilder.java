package stoa.host;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import stoa.grant.Policy;
import stoa.module.Placement;
import stoa.process.Confining;
import stoa.process.Sdk;
import stoa.sandbox.Level;

/// How a [Host] is to be. Only the modules folder has to be said.
public final class HostBuilder {
  /// What GraalVM wants to hear to start without warnings.
  private static final List<String> WORKER_JVM =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private Optional<Path> modules = Optional.empty();
  private Optional<Path> cache = Optional.empty();
  private Optional<Path> sdk = Optional.empty();
  private Optional<Path> grants = Optional.empty();
  private Optional<Path> data = Optional.empty();
  private Optional<Path> socket = Optional.empty();
  private List<String> workerJvm = WORKER_JVM;
  private Optional<Placement> placement = Optional.empty();
  private Duration activationLimit = Duration.ofSeconds(60);
  private Consumer<LogLine> log = LogLine::toSystemLogger;
  private Supplier<String> logState = () -> "kept by the program";
  private Optional<StandAlone> standsAlone = Optional.empty();
  private Optional<Frontend> frontend = Optional.empty();
  private boolean warmPool;
  private boolean eager = true;
  private Confining confining = Confining.BEST;

  HostBuilder() {}

  /// @param limit how long a module may take to become ready
  /// @param warmPool whether contexts are made before they are needed
  /// @param eager whether modules that want it start with the host
  record Launch(
      Optional<Placement> placement,
      Duration limit,
      List<String> workerJvm,
      boolean warmPool,
      boolean eager) {}

  /// What a builder has collected.
  record Settings(
      Folders folders,
      Sdk sdk,
      Launch launch,
      Policy policy,
      Confining confining,
      Log log,
      Optional<StandAlone> standsAlone,
      Optional<Frontend> frontend) {}

  /// @param state how it is doing, for people
  record Log(Consumer<LogLine> taker, Supplier<String> state) {}

  /// Where things stand.
  record Folders(Path modules, Optional<Path> cache, Optional<Path> socket) {}

  /// The one process that a host serves over its streams.
  record Frontend(InputStream in, OutputStream out) {}

  /// The folder with the modules. It need not exist yet.
  public HostBuilder modules(Path folder) {
    modules = Optional.of(folder);
    return this;
  }

  /// A folder for what engines unpack (48 MB for Python), kept from one start to the next. Without
  /// it they use a private temporary folder, which is deleted on close: the first Python module
  /// then takes seconds longer.
  public HostBuilder cache(Path folder) {
    cache = Optional.of(folder);
    return this;
  }

  /// The folder with the SDKs `javascript/` and `python/`, which modules in placement `native`
  /// need.
  public HostBuilder sdk(Path folder) {
    sdk = Optional.of(folder);
    return this;
  }

  /// The file in which the user says what modules may do, as `stoa grant` writes it. It need not
  /// exist; a change is seen while the host runs. Without it nothing can be granted.
  public HostBuilder grants(Path file) {
    grants = Optional.of(file);
    return this;
  }

  /// A folder in which each module has one of its own, where it may read and write. Made when a
  /// module first needs it. Without it modules have none.
  public HostBuilder data(Path folder) {
    data = Optional.of(folder);
    return this;
  }

  /// Opens a Unix socket where other processes of this user may connect, to call modules or to be
  /// one. Its folder should be closed to other users; it is made so if it does not exist. At most
  /// 107 bytes.
  public HostBuilder socket(Path path) {
    socket = Optional.of(path);
    return this;
  }

  /// Options for the JVMs of modules in placement `worker`, which run this program's Java with its
  /// class path, unless there is a `-cp` among them. Their heap is the manifest's.
  public HostBuilder workerJvm(List<String> options) {
    workerJvm = List.copyOf(options);
    return this;
  }

  /// Runs all modules that can in this placement, whatever their manifests say.
  public HostBuilder placement(Placement forced) {
    placement = Optional.of(forced);
    return this;
  }

  /// Confines processes of modules no better than this, for a test of that level. Default: as well
  /// as this machine lets it.
  public HostBuilder sandbox(Level atMost) {
    confining = new Confining(atMost, confining.minimum());
    return this;
  }

  /// Starts no process of a module below this level. Default: [Level#NONE].
  public HostBuilder minimum(Level level) {
    confining = new Confining(confining.atMost(), level);
    return this;
  }

  /// How long a module may take to become ready. Default: 60 s.
  public HostBuilder activationLimit(Duration limit) {
    activationLimit = limit;
    return this;
  }

  /// Whether a context is kept ready for the next module of each language in use, so that its first
  /// call does not wait for one. It is made when this process has had nothing to do for half a
  /// second, takes the memory of a module that does nothing (some 4 MB for JavaScript, 12 MB for
  /// Python), and is given up when the heap is nearly full. Default: no.
  public HostBuilder warmPool(boolean wanted) {
    warmPool = wanted;
    return this;
  }

  /// Whether modules whose manifests say `eager` start with the host. Default: yes. Without, a host
  /// runs no module before somebody calls one.
  public HostBuilder eager(boolean wanted) {
    eager = wanted;
    return this;
  }

  /// Who gets what modules write. Without it: the System.Logger `stoa.module.NAME`. Called from
  /// many threads.
  public HostBuilder log(Consumer<LogLine> taker) {
    log = taker;
    return this;
  }

  /// Where the log is and how it is doing, shown by `stoa.status`. Called from many threads.
  public HostBuilder logState(Supplier<String> words) {
    logState = words;
    return this;
  }

  /// Serves one process over a pair of streams, as the dialler, and nobody else: there is no
  /// socket. With [#standsAlone] its end is the host's.
  public HostBuilder frontend(InputStream in, OutputStream out) {
    frontend = Optional.of(new Frontend(in, out));
    return this;
  }

  /// Makes the host one that is a process of its own: `stoa.stop` ends it, and so does not being
  /// used.
  ///
  /// @param build which program it is, shown by `stoa.status`
  /// @param idle how long nobody uses it before it ends; without it: for ever
  /// @param end is told why, on a thread of the host; it has to see to [Host#drain] and
  ///   [Host#close]
  public HostBuilder standsAlone(String build, Optional<Duration> idle, Consumer<Farewell> end) {
    standsAlone = Optional.of(new StandAlone(build, idle, end));
    return this;
  }

  /// @throws IllegalStateException if no modules folder was given
  /// @throws java.io.UncheckedIOException if the socket cannot be opened
  public Host start() {
    Path folder =
        modules.orElseThrow(() ->
            new IllegalStateException("say where the modules are: Host.builder().modules(folder)"));
    return new Host(
        new Settings(
            new Folders(folder, cache, socket),
            new Sdk(sdk),
            new Launch(placement, activationLimit, workerJvm, warmPool, eager),
            new Policy(grants, data, System.getenv()),
            confining,
            new Log(log, logState),
            standsAlone,
            frontend));
  }
}
