package stoa.call;

/// What can be said on a [Flow]. PROTOCOL.md, "Calls", has the order in which signals may come.
public sealed interface Signal {
  /// One element of a stream, in either direction. Costs one credit of the receiver.
  record Item(Payload payload) implements Signal {}

  /// No more items in this direction.
  record End() implements Signal {}

  /// The receiver of items can take `items` more.
  record Credit(int items) implements Signal {
    public Credit {
      if (items <= 0) {
        throw new IllegalArgumentException("credit must be positive, was " + items);
      }
    }
  }

  /// The caller wants no result any more. Only the caller says it.
  record Cancel(String reason) implements Signal {}

  /// Ends the call with a result. Only the callee says it.
  record Returned(Payload result) implements Signal {}

  /// Ends the call without a result. Only the callee says it.
  record Failed(Failure failure) implements Signal {}

  /// What it carries; null for what carries nothing.
  default Payload content() {
    return switch (this) {
      case Item(Payload payload) -> payload;
      case Returned(Payload result) -> result;
      case End _, Credit _, Cancel _, Failed _ -> Payload.NULL;
    };
  }

  /// Whether this signal ends the call.
  default boolean ends() {
    return this instanceof Returned || this instanceof Failed;
  }
}
