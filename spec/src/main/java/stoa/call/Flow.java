package stoa.call;

/// One direction of one call.
///
/// `send` may be called from any thread, also from within another `send`. It never blocks and never
/// runs guest code. Signals sent after the end of the call are dropped.
@FunctionalInterface
public interface Flow {
  void send(Signal signal);
}
