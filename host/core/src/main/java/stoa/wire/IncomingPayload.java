package stoa.wire;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// Puts the parts of one direction's payloads together again. Reading thread only.
final class IncomingPayload {
  /// The largest payload that is put together. Bytes.
  static final long MAX = 32L << 20;

  private static final byte[] NOTHING = {};

  private @Nullable ByteArrayOutputStream parts;

  /// Whether a payload has begun and not ended.
  boolean unfinished() {
    return parts != null;
  }

  /// @return the whole payload, or null if more is to come
  /// @throws PayloadTooLarge beyond [#MAX]
  byte @Nullable [] add(byte[] bytes, boolean more) throws PayloadTooLarge {
    if (parts == null && !more) {
      return bytes;
    }
    if (parts == null) {
      parts = new ByteArrayOutputStream(2 * bytes.length);
    }
    if ((long) parts.size() + bytes.length > MAX) {
      throw new PayloadTooLarge((long) parts.size() + bytes.length);
    }
    parts.write(bytes, 0, bytes.length);
    if (more) {
      return null;
    }
    byte[] whole = parts == null ? NOTHING : parts.toByteArray();
    parts = null;
    return whole;
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
