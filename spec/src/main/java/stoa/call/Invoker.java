package stoa.call;

/// Anything that answers calls: the router, a context, a process, a remote host, a lambda in a
/// test.
public interface Invoker {
  /// Opens a call. Never blocks, never throws for a failing call: every outcome arrives on
  /// `caller`, possibly before this method returns.
  ///
  /// @param caller receives what the callee says: items, credit, and exactly one [Signal.Returned]
  ///   or [Signal.Failed]
  /// @return what the caller says to the callee from now on: items, end, credit, cancel
  Flow open(Invocation invocation, Flow caller);
}
