package stoa.wire;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import stoa.call.Payload;
import stoa.value.Encoded;
import stoa.value.Value;

/// The body of an Item, Part or Returned.
///
/// @param more the payload goes on in a Part
/// @param references the table that the references in the payload are indexes into
record PayloadBody(boolean more, List<Value.Reference> references, byte[] bytes) {
  private static final byte[] NOTHING = {};
  private static final byte[] MORE = {1 << 3, 1};

  static PayloadBody read(ByteBuffer body) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    boolean more = false;
    List<Value.Reference> references = List.of();
    byte[] payload = NOTHING;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 -> more = in.readBool();
        case 14 << 3 | 2 -> {
          references = references.isEmpty() ? new ArrayList<>() : references;
          references.add(reference(stoa.v1.Reference.parseFrom(in.readByteArray())));
        }
        case 15 << 3 | 2 -> payload = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    return new PayloadBody(more, references, payload);
  }

  Payload payload() {
    Encoded encoded = new Encoded(bytes, references);
    return more ? new Payload.Opening(encoded) : new Payload.Bytes(encoded);
  }

  static Value.Reference reference(stoa.v1.Reference reference) {
    return new Value.Reference(reference.getOwner(), reference.getNumber());
  }

  static stoa.v1.Reference reference(Value.Reference reference) {
    return stoa.v1.Reference.newBuilder()
        .setOwner(reference.owner())
        .setNumber(reference.number())
        .build();
  }

  /// What stands before the payload in an Item, Part or Returned.
  static byte[] head(boolean more, List<Value.Reference> references) {
    if (references.isEmpty()) {
      return more ? MORE : NOTHING;
    }
    stoa.v1.Item.Builder head = stoa.v1.Item.newBuilder().setMore(more);
    references.forEach(reference -> head.addReferences(reference(reference)));
    return head.build().toByteArray();
  }
}
