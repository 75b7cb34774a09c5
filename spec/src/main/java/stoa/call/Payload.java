package stoa.call;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import stoa.value.Arguments;
import stoa.value.Value;
import stoa.value.ValueCodec;

/// What a call carries: bytes that nobody on the way looks into, or a value that is not encoded yet
/// because both ends may live in one process. Immutable.
public sealed interface Payload {
  /// No bytes: the value null.
  Payload NULL = new Single(Value.NULL);

  /// The payload as the wire carries it.
  byte[] encoded();

  /// The payload as one value.
  ///
  /// @throws stoa.value.MalformedValueException if the bytes are no value
  Value value();

  /// The payload as the argument of a call.
  ///
  /// @throws stoa.value.MalformedValueException if the bytes are no arguments
  Arguments arguments();

  static Payload of(Value value) {
    return new Single(value);
  }

  static Payload of(Arguments arguments) {
    return new Many(arguments);
  }

  /// @param bytes are not copied: the caller gives them away
  static Payload of(byte[] bytes) {
    return new Encoded(bytes);
  }

  /// Bytes from the wire.
  final class Encoded implements Payload {
    private final byte[] bytes;

    private Encoded(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public byte[] encoded() {
      return bytes;
    }

    @Override
    public Value value() {
      return ValueCodec.decode(bytes);
    }

    @Override
    public Arguments arguments() {
      return ValueCodec.decodeArguments(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Encoded that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Encoded[" + bytes.length + " bytes]";
    }
  }

  /// A value that was not encoded yet.
  record Single(Value value) implements Payload {
    @Override
    public byte[] encoded() {
      return ValueCodec.encode(value);
    }

    @Override
    public Arguments arguments() {
      throw new IllegalStateException("a result or item has no arguments");
    }
  }

  /// Arguments that were not encoded yet.
  record Many(Arguments arguments) implements Payload {
    @Override
    public byte[] encoded() {
      return ValueCodec.encode(arguments);
    }

    @Override
    public Value value() {
      throw new IllegalStateException("the argument of a call is not one value");
    }
  }
}
