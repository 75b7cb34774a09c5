package stoa.value;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;

/// Values as `stoa.v1.Value` and `stoa.v1.Arguments`, without building the generated messages: the
/// bytes are the same.
public final class ValueCodec {
  /// Lists and maps may nest this deep; a deeper value is refused on both sides.
  public static final int MAX_DEPTH = 100;

  private ValueCodec() {}

  public static byte[] encode(Value value) {
    ValueWriter writer = new ValueWriter();
    writer.value(value, 0);
    return writer.bytes();
  }

  public static byte[] encode(Arguments arguments) {
    ValueWriter writer = new ValueWriter();
    writer.arguments(arguments);
    return writer.bytes();
  }

  /// @throws MalformedValueException if the bytes are no value, or one of a newer version
  public static Value decode(byte[] bytes) {
    return reading(bytes, in -> new ValueReader(in).value(0));
  }

  /// @throws MalformedValueException if the bytes are no arguments
  public static Arguments decodeArguments(byte[] bytes) {
    return reading(bytes, in -> new ValueReader(in).arguments());
  }

  private static <T> T reading(byte[] bytes, Reading<T> reading) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      T result = reading.read(in);
      in.checkLastTagWas(0);
      return result;
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedValueException("not a value: " + e.getMessage(), e);
    }
  }

  private interface Reading<T> {
    T read(CodedInputStream in) throws IOException;
  }
}
