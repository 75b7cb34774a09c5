package stoa.wire;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stoa.call.Payload;
import stoa.value.Encoded;
import stoa.value.Value;

/// Puts the parts of one direction's payloads together again. Reading thread only.
final class IncomingPayload {
  /// The largest payload that is put together. Bytes.
  static final long MAX = 32L << 20;

  private @Nullable ByteArrayOutputStream parts;
  private List<Value.Reference> references = List.of();

  /// Whether a payload has begun and not ended.
  boolean unfinished() {
    return parts != null;
  }

  /// @return the whole payload, or null if more is to come
  /// @throws PayloadTooLarge beyond [#MAX]
  @Nullable Payload add(PayloadBody body) throws PayloadTooLarge {
    if (parts == null && !body.more()) {
      return whole(body.payload(), body.references());
    }
    if (parts == null) {
      parts = new ByteArrayOutputStream(2 * body.payload().length);
      references = body.references();
    }
    long size = (long) parts.size() + body.payload().length;
    if (size > MAX) {
      throw new PayloadTooLarge(size);
    }
    parts.write(body.payload(), 0, body.payload().length);
    if (body.more()) {
      return null;
    }
    Payload whole = whole(parts.toByteArray(), references);
    parts = null;
    return whole;
  }

  private static Payload whole(byte[] bytes, List<Value.Reference> table) {
    return new Payload.Bytes(new Encoded(bytes, table));
  }

  static final class PayloadTooLarge extends Exception {
    private static final long serialVersionUID = 1L;
    final long bytes;

    PayloadTooLarge(long bytes) {
      super("a payload of " + bytes + " bytes");
      this.bytes = bytes;
    }
  }
}
