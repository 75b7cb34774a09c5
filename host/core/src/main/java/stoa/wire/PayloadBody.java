package stoa.wire;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The body of an Item, Part or Returned.
///
/// @param more the payload goes on in a Part
/// @param references it has a table of references
record PayloadBody(boolean more, boolean references, byte[] payload) {
  private static final byte[] NOTHING = {};

  static PayloadBody read(ByteBuffer body) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    boolean more = false;
    boolean references = false;
    byte[] payload = NOTHING;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 -> more = in.readBool();
        case 15 << 3 | 2 -> payload = in.readByteArray();
        default -> {
          references |= tag == (14 << 3 | 2);
          in.skipField(tag);
        }
      }
    }
    return new PayloadBody(more, references, payload);
  }
}
