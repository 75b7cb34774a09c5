package stoa.wire;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The shape of a frame: `varint length, tag 1, call id, tag of the body, varint length, body`,
/// with the payload, if there is one, as the body's last field.
final class Frames {
  static final byte[] PREFACE = "STOA1\n".getBytes(StandardCharsets.US_ASCII);

  static final int PROTOCOL = 1;

  /// The largest frame that either side sends or takes, in bytes, unless the handshake says
  /// otherwise.
  static final int MAX_FRAME = 1 << 20;

  /// Payloads above this are cut into frames of this size.
  static final int PART = 256 * 1024;

  private static final int PAYLOAD_TAG = 15 << 3 | 2;
  static final byte[] NOTHING = {};

  private Frames() {}

  /// The bodies of a frame, with their field numbers in frame.proto.
  enum Kind {
    HELLO(2),
    WELCOME(3),
    INVOKE(4),
    ITEM(5),
    PART(6),
    END(7),
    CREDIT(8),
    CANCEL(9),
    RETURNED(10),
    FAILED(11),
    RELEASE(12),
    LOG(13),
    PING(14),
    PONG(15),
    DRAIN(16),
    GOODBYE(17),
    ACCEPTED(18);

    private static final @Nullable Kind[] BY_FIELD = new Kind[19];

    static {
      for (Kind kind : values()) {
        BY_FIELD[kind.field] = kind;
      }
    }

    final int field;

    Kind(int field) {
      this.field = field;
    }
  }

  /// A frame as it came. Its body is a view of the connection's read buffer.
  ///
  /// @param known false for a kind of a newer version
  record Incoming(long call, boolean known, Kind kind, ByteBuffer body) {}

  static void write(Outbox out, long call, Kind kind, byte[] body) {
    prefix(out, call, kind, body.length);
    out.bytes(body);
  }

  /// Writes a body that ends with `length` bytes of payload.
  static void write(Outbox out, long call, Kind kind, byte[] head, Chunk chunk) {
    int size = chunk.length == 0 ? 0 : 1 + Outbox.varintSize(chunk.length) + chunk.length;
    prefix(out, call, kind, head.length + size);
    out.bytes(head);
    if (chunk.length > 0) {
      out.varint(PAYLOAD_TAG);
      out.varint(chunk.length);
      out.slice(chunk.bytes, chunk.offset, chunk.length);
    }
  }

  private static void prefix(Outbox out, long call, Kind kind, int bodyLength) {
    int tag = kind.field << 3 | 2;
    int callSize = call == 0 ? 0 : 1 + Outbox.varintSize(call);
    out.varint(callSize + Outbox.varintSize(tag) + Outbox.varintSize(bodyLength) + bodyLength);
    if (call != 0) {
      out.varint(1 << 3);
      out.varint(call);
    }
    out.varint(tag);
    out.varint(bodyLength);
  }

  /// Reads the frame in `bytes`, without its length prefix. The usual order, call then body, is
  /// read by hand.
  static Incoming read(ByteBuffer bytes) throws IOException {
    int start = bytes.position();
    try {
      long call = 0;
      int at = bytes.get();
      if (at == 1 << 3) {
        call = varint(bytes);
        at = bytes.get();
      }
      int field = at >>> 3;
      if (at >= 0 && (at & 7) == 2 && field < Kind.BY_FIELD.length) {
        long length = varint(bytes);
        Kind kind = Kind.BY_FIELD[field];
        if (length == bytes.remaining() && kind != null) {
          return new Incoming(call, true, kind, bytes.slice());
        }
      }
    } catch (BufferUnderflowException e) {
      // Whatever is wrong with it: the thorough reader says so.
    }
    return readAnyOrder(bytes.position(start));
  }

  /// @throws BufferUnderflowException if it does not end, or is longer than an id or a length
  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte b = bytes.get();
      value |= (long) (b & 127) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }

  private static Incoming readAnyOrder(ByteBuffer bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    long call = 0;
    Incoming found = new Incoming(0, false, Kind.GOODBYE, ByteBuffer.wrap(NOTHING));
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = tag >>> 3;
      if (tag == 1 << 3) {
        call = in.readUInt64();
      } else if ((tag & 7) == 2 && field < Kind.BY_FIELD.length && field > 1) {
        int length = in.readRawVarint32();
        int at = bytes.position() + in.getTotalBytesRead();
        in.skipRawBytes(length);
        found = new Incoming(0, true, Kind.BY_FIELD[field], bytes.slice(at, length));
      } else {
        in.skipField(tag);
      }
    }
    return new Incoming(call, found.known, found.kind, found.body);
  }

  /// A piece of a payload.
  record Chunk(byte[] bytes, int offset, int length) {
    static Chunk first(byte[] payload) {
      return new Chunk(payload, 0, Math.min(payload.length, PART));
    }

    /// All in one piece, which came as one.
    static Chunk all(byte[] piece) {
      return new Chunk(piece, 0, piece.length);
    }

    boolean last() {
      return offset + length == bytes.length;
    }

    Chunk next() {
      int from = offset + length;
      return new Chunk(bytes, from, Math.min(bytes.length - from, PART));
    }
  }
}
