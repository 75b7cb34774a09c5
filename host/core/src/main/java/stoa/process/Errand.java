package stoa.process;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.sandbox.Limits;
import stoa.sandbox.Nest;
import stoa.sandbox.Watch;

/// A program that runs for a module. To be closed by who started it, whether it has ended or not.
public final class Errand implements AutoCloseable {
  private static final long KILL_SECONDS = 5;

  private final Process process;
  private final Nest nest;
  private final Limits limits;
  private volatile Watch.@Nullable Excess excess;

  Errand(Process process, Nest nest, Limits limits) {
    this.process = process;
    this.nest = nest;
    this.limits = limits;
  }

  public Process process() {
    return process;
  }

  void broke(Watch.Excess broken) {
    excess = broken;
    kill();
  }

  /// Why it was killed; empty: it was not.
  ///
  /// @param program as the caller calls it
  /// @param module whose it is; empty: the user's
  public Optional<Failure> excess(String program, Optional<String> module) {
    return Optional.ofNullable(excess).map(broken -> Deaths.exhausted(program, module, broken));
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /// Ends it, with all that it has started.
  @Override
  public void close() {
    kill();
    try {
      process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    excess = excess == null ? Watch.seen(nest, limits).orElse(null) : excess;
    nest.close();
  }
}
