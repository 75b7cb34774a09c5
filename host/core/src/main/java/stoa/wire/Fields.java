package stoa.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Writes the fields of a protobuf message one by one, and reads messages of one text. The frames
/// of each connection and call go this way: getting generated messages ready costs a program that
/// makes one call more than the call.
final class Fields {
  static final int VARINT = WireFormat.WIRETYPE_VARINT;
  static final int LENGTH = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private final Outbox out = new Outbox();

  /// A message with one text.
  static byte[] text(String text) {
    return new Fields().text(1, text).taken();
  }

  /// The first field, a text, of a message.
  static String readText(ByteBuffer body) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    String text = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (1 << 3 | LENGTH)) {
        text = in.readStringRequireUtf8();
      } else {
        in.skipField(tag);
      }
    }
    return text;
  }

  /// What has its default value is left out.
  Fields number(int field, long value) {
    if (value != 0) {
      out.varint((long) field << 3 | VARINT);
      out.varint(value);
    }
    return this;
  }

  Fields flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  Fields text(int field, String text) {
    return text.isEmpty() ? this : bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Bytes, or a message; also when there are none.
  Fields bytes(int field, byte[] bytes) {
    out.varint((long) field << 3 | LENGTH);
    out.varint(bytes.length);
    out.bytes(bytes);
    return this;
  }

  /// What was written.
  byte[] taken() {
    return out.taken();
  }
}
