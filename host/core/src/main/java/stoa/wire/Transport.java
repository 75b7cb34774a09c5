package stoa.wire;

import java.nio.ByteBuffer;

/// Moves the bytes of one connection, in both directions. [SocketTransport], [PipeTransport] and
/// [MemoryTransport] are the ones there are.
public interface Transport {
  /// Begins to read. Called once.
  void start(Receiver receiver);

  /// Takes bytes to send, in order. Never blocks: what cannot be sent now is queued. Bytes given
  /// after [#close] are dropped.
  void write(Output output);

  /// How many bytes wait to be sent.
  long queued();

  /// Sends what is queued, then closes; gives up on a peer that does not read. The receiver hears
  /// of it.
  void close();

  /// Closes at once.
  void abort(String reason);

  /// Appends the bytes of one frame. Runs under the transport's lock: encode, do nothing else.
  @FunctionalInterface
  interface Output {
    void appendTo(Outbox outbox);
  }

  /// Who gets the bytes. Its methods are called by one thread at a time.
  interface Receiver {
    /// @param bytes valid during the call only; what the receiver does not consume it must keep
    ///   itself
    void received(ByteBuffer bytes);

    /// Nothing comes any more. Called exactly once.
    ///
    /// @param reason for people
    void closed(String reason);
  }
}
