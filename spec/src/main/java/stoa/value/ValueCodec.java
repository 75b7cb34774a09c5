package stoa.value;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Values as `stoa.v1.Value` and `stoa.v1.Arguments`, without building the generated messages: the
/// bytes are the same.
public final class ValueCodec {
  /// Lists and maps may nest this deep; a deeper value is refused on both sides.
  public static final int MAX_DEPTH = 100;

  private ValueCodec() {}

  public static Encoded encode(Value value) {
    ValueWriter writer = new ValueWriter();
    writer.value(value, 0);
    return writer.encoded();
  }

  public static Encoded encode(Arguments arguments) {
    ValueWriter writer = new ValueWriter();
    writer.arguments(arguments);
    return writer.encoded();
  }

  /// @throws MalformedValueException if the bytes are no value, or one of a newer version
  public static Value decode(Encoded encoded) {
    return reading(encoded, reader -> reader.value(0));
  }

  /// @throws MalformedValueException if the bytes are no arguments
  public static Arguments decodeArguments(Encoded encoded) {
    return reading(encoded, ValueReader::arguments);
  }

  /// Whether a value has references somewhere inside.
  public static boolean hasReferences(Value value) {
    return switch (value) {
      case Value.Reference _ -> true;
      case Value.Sequence(List<Value> items) -> items.stream().anyMatch(ValueCodec::hasReferences);
      case Value.Dictionary(Map<String, Value> entries) ->
          entries.values().stream().anyMatch(ValueCodec::hasReferences);
      case Value.Null _,
          Value.Bool _,
          Value.Int _,
          Value.BigInt _,
          Value.Real _,
          Value.Text _,
          Value.Bytes _,
          Value.Timestamp _ ->
          false;
    };
  }

  private static <T> T reading(Encoded encoded, Reading<T> reading) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(encoded.bytes());
      T result = reading.read(new ValueReader(in, encoded.references()));
      in.checkLastTagWas(0);
      return result;
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedValueException("not a value: " + e.getMessage(), e);
    }
  }

  private interface Reading<T> {
    T read(ValueReader reader) throws IOException;
  }
}
