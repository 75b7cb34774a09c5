package stoa.value;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what [ValueWriter] writes, and what any protobuf library writes of the same messages.
/// Unknown fields are skipped; a value of an unknown kind is refused, because it would turn into
/// null.
final class ValueReader {
  private final CodedInputStream in;
  private final List<Value.Reference> references;

  /// @param references the table that belongs to the bytes
  ValueReader(CodedInputStream in, List<Value.Reference> references) {
    this.in = in;
    this.references = references;
  }

  Arguments arguments() throws IOException {
    List<Value> positional = new ArrayList<>();
    Map<String, Value> named = new LinkedHashMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> positional.add(nested(0));
        case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> entry(named, 0);
        default -> in.skipField(tag);
      }
    }
    return new Arguments(positional, named);
  }

  Value value(int depth) throws IOException {
    if (depth > ValueCodec.MAX_DEPTH) {
      throw new IOException("it nests deeper than " + ValueCodec.MAX_DEPTH);
    }
    boolean empty = true;
    @Nullable Value result = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      empty = false;
      @Nullable Value read = kind(tag, depth);
      if (read == null) {
        in.skipField(tag);
      } else {
        result = read;
      }
    }
    if (result == null && !empty) {
      throw new IOException("its kind is unknown here; the sender may be newer");
    }
    return result == null ? Value.NULL : result;
  }

  private @Nullable Value kind(int tag, int depth) throws IOException {
    return switch (tag) {
      case 1 << 3 | WireFormat.WIRETYPE_VARINT -> new Value.Bool(in.readBool());
      case 2 << 3 | WireFormat.WIRETYPE_VARINT -> new Value.Int(in.readSInt64());
      case 3 << 3 | WireFormat.WIRETYPE_FIXED64 -> new Value.Real(in.readDouble());
      case 4 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
          new Value.Text(in.readStringRequireUtf8());
      case 5 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
          new Value.Bytes(UnsafeByteOperations.unsafeWrap(in.readByteArray()));
      case 6 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> list(depth + 1);
      case 7 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> map(depth + 1);
      case 8 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> bigInteger(in.readByteArray());
      case 9 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> timestamp();
      case 10 << 3 | WireFormat.WIRETYPE_VARINT -> reference(in.readUInt32());
      default -> null;
    };
  }

  private Value list(int depth) throws IOException {
    List<Value> items = new ArrayList<>();
    int limit = enter();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
        items.add(nested(depth));
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(limit);
    return new Value.Sequence(items);
  }

  private Value map(int depth) throws IOException {
    Map<String, Value> entries = new LinkedHashMap<>();
    int limit = enter();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
        entry(entries, depth);
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(limit);
    return new Value.Dictionary(entries);
  }

  private void entry(Map<String, Value> into, int depth) throws IOException {
    String key = "";
    Value value = Value.NULL;
    int limit = enter();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> key = in.readStringRequireUtf8();
        case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> value = nested(depth);
        default -> in.skipField(tag);
      }
    }
    in.popLimit(limit);
    if (into.put(key, value) != null) {
      throw new IOException("the key `" + key + "` occurs twice");
    }
  }

  private Value nested(int depth) throws IOException {
    int limit = enter();
    Value value = value(depth);
    in.popLimit(limit);
    return value;
  }

  private Value reference(int index) throws IOException {
    if (index < 0 || index >= references.size()) {
      throw new IOException(
          "it names reference %s of a table of %d"
              .formatted(Integer.toUnsignedString(index), references.size()));
    }
    return references.get(index);
  }

  private Value timestamp() throws IOException {
    long seconds = 0;
    int nanos = 0;
    int limit = enter();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_VARINT -> seconds = in.readSInt64();
        case 2 << 3 | WireFormat.WIRETYPE_VARINT -> nanos = in.readUInt32();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(limit);
    if (nanos < 0 || nanos > 999_999_999) {
      throw new IOException("a timestamp has " + Integer.toUnsignedString(nanos) + " nanoseconds");
    }
    if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
      throw new IOException("a timestamp of " + seconds + " seconds is out of range");
    }
    return new Value.Timestamp(Instant.ofEpochSecond(seconds, nanos));
  }

  private static Value bigInteger(byte[] bytes) throws IOException {
    if (bytes.length <= Long.BYTES) {
      throw new IOException("a big integer of " + bytes.length + " bytes fits 64 bits");
    }
    BigInteger number = new BigInteger(bytes);
    if (number.toByteArray().length != bytes.length) {
      throw new IOException("a big integer is not in its shortest form");
    }
    return new Value.BigInt(number);
  }

  private int enter() throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }
}
