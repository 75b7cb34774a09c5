package stoa.router;

import stoa.call.Invoker;

/// What serves a call: an instance of a module, or a part of the host.
interface Callee {
  Invoker invoker();

  /// Whether it takes payloads in parts: [stoa.call.TakesParts].
  boolean takesParts();

  /// As which it holds references.
  String holder();

  /// Runs once for each call, when it has ended or will never come.
  ///
  /// @param caller whose call it was
  void left(String caller);
}
