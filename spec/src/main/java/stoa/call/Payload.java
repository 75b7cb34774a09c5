package stoa.call;

import java.util.List;
import java.util.Map;
import stoa.value.Arguments;
import stoa.value.Encoded;
import stoa.value.Value;
import stoa.value.ValueCodec;
import stoa.value.Weight;

/// What a call carries: bytes that nobody on the way looks into, or a value that is not encoded yet
/// because both ends may live in one process. Immutable.
public sealed interface Payload {
  /// No bytes: the value null.
  Payload NULL = new Single(Value.NULL, List.of());

  /// The payload as the wire carries it.
  Encoded encoded();

  /// The payload as one value.
  ///
  /// @throws stoa.value.MalformedValueException if the bytes are no value
  Value value();

  /// The payload as the argument of a call.
  ///
  /// @throws stoa.value.MalformedValueException if the bytes are no arguments
  Arguments arguments();

  /// The references in it, each once: what the one who sends it must own or hold.
  List<Value.Reference> references();

  /// Whether it is only the beginning, and goes on in [Signal.Part]s.
  boolean goesOn();

  /// About how many bytes of memory it takes.
  long weight();

  static Payload of(Value value) {
    return ValueCodec.hasReferences(value)
        ? new Single(value, ValueCodec.encode(value).references())
        : new Single(value, List.of());
  }

  static Payload of(Arguments arguments) {
    return hasReferences(arguments)
        ? new Many(arguments, ValueCodec.encode(arguments).references())
        : new Many(arguments, List.of());
  }

  private static boolean hasReferences(Arguments arguments) {
    Map<String, Value> named = arguments.named();
    return arguments.positional().stream().anyMatch(ValueCodec::hasReferences)
        || named.values().stream().anyMatch(ValueCodec::hasReferences);
  }

  /// Bytes from the wire.
  record Bytes(Encoded encoded) implements Payload {
    @Override
    public long weight() {
      return encoded.bytes().length;
    }

    @Override
    public boolean goesOn() {
      return false;
    }

    @Override
    public Value value() {
      return ValueCodec.decode(encoded);
    }

    @Override
    public Arguments arguments() {
      return ValueCodec.decodeArguments(encoded);
    }

    @Override
    public List<Value.Reference> references() {
      return encoded.references();
    }

    @Override
    public String toString() {
      return "Bytes[" + encoded.bytes().length + "]";
    }
  }

  /// The beginning of bytes from the wire. What is in it is known when all parts are there.
  record Opening(Encoded encoded) implements Payload {
    @Override
    public long weight() {
      return encoded.bytes().length;
    }

    @Override
    public boolean goesOn() {
      return true;
    }

    @Override
    public Value value() {
      throw new IllegalStateException("the payload has not arrived as a whole");
    }

    @Override
    public Arguments arguments() {
      throw new IllegalStateException("the payload has not arrived as a whole");
    }

    @Override
    public List<Value.Reference> references() {
      return encoded.references();
    }
  }

  /// A value that was not encoded yet.
  record Single(Value value, List<Value.Reference> references) implements Payload {
    @Override
    public long weight() {
      return Weight.of(value);
    }

    @Override
    public boolean goesOn() {
      return false;
    }

    @Override
    public Encoded encoded() {
      return ValueCodec.encode(value);
    }

    @Override
    public Arguments arguments() {
      throw new IllegalStateException("a result or item has no arguments");
    }
  }

  /// Arguments that were not encoded yet.
  record Many(Arguments arguments, List<Value.Reference> references) implements Payload {
    @Override
    public long weight() {
      return Weight.of(arguments);
    }

    @Override
    public boolean goesOn() {
      return false;
    }

    @Override
    public Encoded encoded() {
      return ValueCodec.encode(arguments);
    }

    @Override
    public Value value() {
      throw new IllegalStateException("the argument of a call is not one value");
    }
  }
}
