package stoa.client;

import stoa.call.Invoker;

/// A way to modules, wherever their host is.
public interface Modules extends AutoCloseable {
  /// Calls methods of a module. It is looked for when it is called.
  ModuleClient module(String name);

  /// The same for those who want signals.
  Invoker invoker();

  @Override
  void close();
}
