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

  /// Makes a context for a module of this language that is loaded later, unless one is there that
  /// nobody has taken: the next [#load] takes it, and no other does. Nothing of a module is in it
  /// before. Returns at once; the work is done on the thread that will be the instance's.
  ///
  /// @return fails if it cannot be made. That costs nobody anything: the next load does without.
  CompletionStage<Void> prepare(Language language);

  /// Gives up what [#prepare] made and nobody has taken. Returns at once.
  void discard(Language language);

  /// Closes what is still loaded. Blocks until threads have ended, at most a few seconds.
  @Override
  void close();
}
