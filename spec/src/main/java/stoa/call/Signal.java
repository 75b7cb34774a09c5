package stoa.call;

import java.util.Optional;

/// What can be said on a [Flow]. PROTOCOL.md, "Calls", has the order in which signals may come.
public sealed interface Signal {
  /// One element of a stream, in either direction. Costs one credit of the receiver.
  record Item(Payload payload) implements Signal {}

  /// Goes on with the payload of the signal before it, of an [Invocation], [Item] or [Returned]
  /// whose payload [Payload#goesOn]. Only said to what [TakesParts].
  ///
  /// @param bytes not copied: nobody changes them
  /// @param more another part follows
  /// @param returns it belongs to a [Returned]
  record Part(byte[] bytes, boolean more, boolean returns) implements Signal {}

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

  /// The receiver of payloads in parts can take so many bytes more. Only said to what [TakesParts].
  record Room(int bytes) implements Signal {
    /// How many bytes may be under way in one direction of a call before anything is said.
    public static final int FIRST = 1 << 20;

    public Room {
      if (bytes <= 0) {
        throw new IllegalArgumentException("room must be positive, was " + bytes);
      }
    }
  }

  /// The callee takes a channel. Only the callee says it, first of all, when the target is a
  /// [Target.Channel].
  ///
  /// @param peer who has taken it, as the host knows it
  /// @param direct where the two ends meet without the host
  record Accepted(String peer, Optional<Direct> direct) implements Signal {}

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
      case Part _, End _, Credit _, Room _, Accepted _, Cancel _, Failed _ -> Payload.NULL;
    };
  }

  /// About how many bytes of memory its content takes.
  default long weight() {
    return switch (this) {
      case Item(Payload payload) -> payload.weight();
      case Returned(Payload result) -> result.weight();
      case Part(byte[] bytes, _, _) -> bytes.length;
      case End _, Credit _, Room _, Accepted _, Cancel _, Failed _ -> 0;
    };
  }

  /// Whether this signal ends the call.
  default boolean ends() {
    return switch (this) {
      case Returned(Payload result) -> !result.goesOn();
      case Part(_, boolean more, boolean returns) -> returns && !more;
      case Failed _ -> true;
      case Item _, End _, Credit _, Room _, Accepted _, Cancel _ -> false;
    };
  }
}
