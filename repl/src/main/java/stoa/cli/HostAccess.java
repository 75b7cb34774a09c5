package stoa.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.client.Modules;
import stoa.daemon.HostFinder;
import stoa.daemon.LastingHost;
import stoa.host.LogLine;
import stoa.host.RunningHost;
import stoa.repl.grant.Asking;

/// The host that a command calls: the one of its home, found or started, or one inside the command
/// itself.
///
/// @param home where the modules are, and what belongs to them
/// @param embedded whether the host is inside this process
record HostAccess(CommandLine line, Situation situation, Home home, boolean embedded) {
  HostAccess(CommandLine line, Situation situation) {
    this(line, situation, situation.homes().of(line), isEmbedded(line));
  }

  static HostAccess embedded(CommandLine line, Situation situation, Home home) {
    return new HostAccess(line, situation, home, true);
  }

  /// Questions on the way to modules, if somebody is there to answer them.
  Optional<Asking> asking() {
    Prompt prompt = new Prompt(situation.streams());
    boolean wanted = prompt.isPossible() && !line.has(Flag.NO_ASK) && !line.has(Flag.CBOR);
    return wanted ? Optional.of(new Asking(prompt, home.called())) : Optional.empty();
  }

  /// The way to modules, with questions on it if there are any.
  Invoker way(Modules host) {
    return asking().map(asking -> asking.before(host.invoker())).orElseGet(host::invoker);
  }

  /// What a command does with its host.
  @FunctionalInterface
  interface Task {
    /// @return the exit code
    int run(Modules modules) throws IOException, InterruptedException;
  }

  /// Has the task done; once more by the next host, if this one was just about to end.
  int use(Task task) throws IOException, InterruptedException {
    return use(this::open, task);
  }

  /// The same for who makes calls: what modules write meanwhile is shown.
  int call(Task task) throws IOException, InterruptedException {
    return use(this::openEchoing, task);
  }

  private interface Opening {
    Modules open() throws IOException, InterruptedException;
  }

  private int use(Opening opening, Task task) throws IOException, InterruptedException {
    try {
      return with(opening.open(), task);
    } catch (FailureException e) {
      if (!RunningHost.wasEnding(e.failure())) {
        throw e;
      }
      return with(opening.open(), task);
    }
  }

  /// Has a task done that takes its time: when the host goes, it goes on with the next.
  int useLong(Task task) throws IOException, InterruptedException {
    Consumer<LogLine> log = new EmbeddedHost(line, situation)::log;
    Modules host = embedded ? inside(log) : LastingHost.echoing(finder(), log);
    return with(host, task);
  }

  private int with(Modules host, Task task) throws IOException, InterruptedException {
    try {
      return task.run(host);
    } finally {
      // Closing waits; a Ctrl-C that ended the task must not end that.
      var _ = Thread.interrupted();
      host.close();
      home.sign();
    }
  }

  /// The host, which tells what modules write only if it lives in this process: a host of its own
  /// has its log.
  private Modules open() throws IOException, InterruptedException {
    return embedded ? inside(new EmbeddedHost(line, situation)::log) : finder().find();
  }

  private Modules openEchoing() throws IOException, InterruptedException {
    Consumer<LogLine> log = new EmbeddedHost(line, situation)::log;
    return embedded ? inside(log) : finder().echoing(log).find();
  }

  private Modules inside(Consumer<LogLine> log) {
    return new EmbeddedHost(line, situation).start(home, log);
  }

  private HostFinder finder() {
    return BackgroundHost.finder(home, situation);
  }

  /// The same for somebody who stays.
  ///
  /// @param log takes what modules write, wherever they are
  Modules open(Consumer<LogLine> log) {
    return embedded ? inside(log) : LastingHost.listening(finder(), log);
  }

  /// `--modules` names a folder for this command; a placement is nothing that others asked for.
  private static boolean isEmbedded(CommandLine line) {
    return line.has(Flag.EMBEDDED)
        || line.has(Flag.MODULES)
        || line.has(Flag.PLACEMENT)
        || BackgroundHost.ofProcess().isEmpty();
  }
}
