package stoa.client;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import stoa.call.Invoker;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;

/// A way to modules, wherever their host is.
public interface Modules extends AutoCloseable {
  /// Calls methods of a module. It is looked for when it is called.
  ModuleClient module(String name);

  /// The same for those who want signals.
  Invoker invoker();

  /// Loads a script or console into this process, with the user's rights.
  ///
  /// @param way what its calls go through on their way to the modules
  /// @param log takes what it writes; called from any thread
  /// @throws stoa.call.FailureException LOAD_FAILED, with what the guest said
  LoadedModule attach(
      ModuleSource source, UnaryOperator<Invoker> way, Consumer<Surroundings.Line> log);

  @Override
  void close();
}
