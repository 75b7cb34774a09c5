package stoa.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.host.LogLine;
import stoa.host.RunningHost;
import stoa.value.Arguments;
import stoa.value.Value;

/// Finds the host of a run folder; starts it if there is none. However many look at the same time,
/// one host is started.
///
/// @param build which program this is: a host of another one is replaced if it is idle
/// @param cache where engines may unpack what they need for scripts of this process
/// @param echo takes what modules write for calls that are made here
public record HostFinder(
    RunFolder folder,
    String build,
    Optional<Path> cache,
    Optional<Consumer<LogLine>> echo,
    Starter starter) {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private static final long POLL_MILLIS = 20;

  public HostFinder echoing(Consumer<LogLine> taker) {
    return new HostFinder(folder, build, cache, Optional.of(taker), starter);
  }

  /// Starts the process of a host.
  @FunctionalInterface
  public interface Starter {
    Started start() throws IOException;
  }

  /// A host that was started and may not be ready yet.
  public interface Started {
    Process process();

    /// What the host wrote last, for people.
    String lastWords();
  }

  /// The host that runs, if one does.
  ///
  /// @throws FailureException UNAVAILABLE if it is of another build, or does not answer
  public Optional<RunningHost> running() throws InterruptedException {
    return RunningHost.tryConnect(folder.socket(), cache, echo);
  }

  /// What the host wrote into its lock.
  public Optional<HostLock.Holder> holder() {
    return HostLock.isHeld(folder.lock()) ? HostLock.holder(folder.lock()) : Optional.empty();
  }

  /// @throws FailureException UNAVAILABLE if it cannot be started, is busy and of another build, or
  ///   does not answer
  public RunningHost find() throws IOException, InterruptedException {
    folder.secure();
    Optional<RunningHost> found = running();
    if (found.isPresent() && isOurs(found.get())) {
      return found.get();
    }
    try (FileChannel file =
            FileChannel.open(folder.start(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      // Somebody else may have started it while we waited for our turn.
      Optional<RunningHost> other = running();
      return other.isPresent() && isOurs(other.get()) ? other.get() : start();
    }
  }

  /// Whether the host is of our build; if not, it has been asked to go.
  private boolean isOurs(RunningHost host) throws InterruptedException {
    String theirs = HostLock.holder(folder.lock()).map(HostLock.Holder::build).orElse(build);
    if (theirs.equals(build)) {
      return true;
    }
    try (host) {
      Value goes =
          host.module("stoa")
              .call("stop", new Arguments(List.of(), Map.of("if_idle", Value.of(true))));
      if (goes.equals(Value.of(false))) {
        throw new FailureException(busy(theirs));
      }
    } catch (FailureException e) {
      if (e.failure().code() != Code.LOST) { // it was gone before its answer was out
        throw e;
      }
    }
    return false;
  }

  private RunningHost start() throws IOException, InterruptedException {
    Started started = starter.start();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < end) {
      if (Files.exists(folder.socket())) {
        Optional<RunningHost> host = running();
        if (host.isPresent() && isOurs(host.get())) {
          return host.get();
        }
      }
      if (started.process().waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new FailureException(ended(started));
      }
    }
    started.process().destroyForcibly();
    throw new FailureException(silent(started));
  }

  private Failure busy(String theirs) {
    return Failure.of(
        Code.UNAVAILABLE,
        "the host that runs for this home is of another build (%s, this is %s), and others use it."
            .formatted(theirs, build),
        "End it with `stoa stop`, or do without it: `--embedded`.");
  }

  private static Failure ended(Started started) {
    return Failure.of(
        Code.UNAVAILABLE,
        "the host ended while it started, with exit code %d: %s"
            .formatted(started.process().exitValue(), started.lastWords()),
        "`stoa host` starts it in the foreground; `--embedded` does without it.");
  }

  private static Failure silent(Started started) {
    return Failure.of(
        Code.UNAVAILABLE,
        "the host was not ready after %d s: %s"
            .formatted(START_LIMIT.toSeconds(), started.lastWords()),
        "`stoa host` starts it in the foreground; `--embedded` does without it.");
  }
}
