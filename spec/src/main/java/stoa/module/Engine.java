package stoa.module;

import java.util.concurrent.CompletionStage;

/// Loads modules of its languages into isolated contexts. Safe from any thread.
public interface Engine extends AutoCloseable {
  /// How guest code runs, for people: `GraalVM 25.0.3, compiled` or `GraalVM 25.0.3, interpreted`.
  String description();

  /// Loads one instance. Returns at once; the work is done on the instance's own thread.
  ///
  /// @return fails with [stoa.call.FailureException]: LOAD_FAILED, with file, line and what the
  ///   guest said
  CompletionStage<LoadedModule> load(ModuleSource source, Surroundings surroundings);

  /// Closes what is still loaded. Blocks until threads have ended, at most a few seconds.
  @Override
  void close();
}
