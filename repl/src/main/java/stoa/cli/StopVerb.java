package stoa.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.daemon.HostFinder;
import stoa.daemon.HostLock;
import stoa.daemon.Processes;
import stoa.host.RunningHost;
import stoa.value.Arguments;
import stoa.value.Value;

/// `stoa stop`: ends the host of the home, when its calls have ended or at once.
record StopVerb(CommandLine line, Situation situation) {
  private static final long POLL_MILLIS = 20;

  private static final long KILL_AFTER_SECONDS = 10;

  int run() throws IOException, InterruptedException {
    line.atMost(0);
    HostFinder finder = BackgroundHost.finder(line, situation);
    Optional<HostLock.Holder> holder = finder.holder();
    if (holder.isEmpty()) {
      situation.streams().remark("no host runs for " + situation.homes().modules(line));
      return ExitCode.DONE;
    }
    boolean now = line.has(Flag.NOW);
    ask(finder, now);
    if (!awaitEnd(holder.get(), now ? KILL_AFTER_SECONDS : Long.MAX_VALUE)) {
      ProcessHandle.of(holder.get().pid()).ifPresent(ProcessHandle::destroyForcibly);
      situation
          .streams()
          .remark("it did not end by itself within %d s: killed".formatted(KILL_AFTER_SECONDS));
      var _ = awaitEnd(holder.get(), KILL_AFTER_SECONDS);
    }
    return ExitCode.DONE;
  }

  /// @throws FailureException UNAVAILABLE if it does not answer and is not to be killed
  private void ask(HostFinder finder, boolean now) throws InterruptedException {
    try (RunningHost host = finder.running().orElse(null)) {
      if (host != null) {
        host.module("stoa").call("stop", new Arguments(List.of(), Map.of("now", Value.of(now))));
      }
    } catch (FailureException e) {
      // A host that is gone before its answer was out has ended as it was asked to.
      if (!now && e.failure().code() != Code.LOST) {
        throw new FailureException(
            Failure.of(Code.UNAVAILABLE, e.failure().message(), "`stoa stop --now` kills it."), e);
      }
    }
  }

  private static boolean awaitEnd(HostLock.Holder host, long seconds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.min(seconds, 1_000_000));
    while (Processes.isAlive(host.pid())) {
      if (System.nanoTime() > end) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }
}
