package stoa.router;

import java.util.concurrent.CompletableFuture;
import stoa.module.LoadedModule;
import stoa.module.Surroundings;

/// Starts instances of one placement.
@FunctionalInterface
public interface Launcher {
  /// Starts one instance. Returns at once.
  ///
  /// @return fails with [stoa.call.FailureException]; when it is cancelled, what was started is
  ///   stopped
  CompletableFuture<LoadedModule> launch(Found found, Surroundings surroundings);
}
