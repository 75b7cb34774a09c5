package stoa.value;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Writes a value from its end to its beginning, so that the length of each part is known when its
/// prefix is written. Field numbers are those of value.proto.
final class ValueWriter {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;

  private byte[] buffer = new byte[128];
  private int start = buffer.length;
  private final List<Value.Reference> references = new ArrayList<>(0);

  Encoded encoded() {
    return new Encoded(Arrays.copyOfRange(buffer, start, buffer.length), references);
  }

  void arguments(Arguments arguments) {
    entries(arguments.named(), 2, 0);
    items(arguments.positional(), 0);
  }

  void value(Value value, int depth) {
    if (depth > ValueCodec.MAX_DEPTH) {
      throw new IllegalArgumentException("value nests deeper than " + ValueCodec.MAX_DEPTH);
    }
    switch (value) {
      case Value.Null _ -> {}
      case Value.Bool(boolean b) -> number(1, b ? 1 : 0);
      case Value.Int(long n) -> number(2, (n << 1) ^ (n >> 63));
      case Value.Real(double d) -> real(d);
      case Value.Text(String s) -> text(4, s);
      case Value.Bytes(ByteString bytes) -> bytes(5, bytes.toByteArray());
      case Value.Sequence(List<Value> items) -> list(items, depth);
      case Value.Dictionary(Map<String, Value> entries) -> map(entries, depth);
      case Value.BigInt(BigInteger n) -> bytes(8, n.toByteArray());
      case Value.Timestamp(Instant at) -> timestamp(at);
      case Value.Reference reference -> number(10, index(reference));
    }
  }

  private int index(Value.Reference reference) {
    int known = references.indexOf(reference);
    if (known >= 0) {
      return known;
    }
    references.add(reference);
    return references.size() - 1;
  }

  private int written() {
    return buffer.length - start;
  }

  private void real(double d) {
    long bits = Double.doubleToRawLongBits(d);
    reserve(8);
    for (int i = 56; i >= 0; i -= 8) {
      buffer[--start] = (byte) (bits >>> i);
    }
    tag(3, FIXED64);
  }

  private void list(List<Value> items, int depth) {
    int behind = written();
    items(items, depth + 1);
    prefix(6, behind);
  }

  private void map(Map<String, Value> entries, int depth) {
    int behind = written();
    entries(entries, 1, depth + 1);
    prefix(7, behind);
  }

  private void items(List<Value> items, int depth) {
    for (int i = items.size() - 1; i >= 0; i--) {
      int behind = written();
      value(items.get(i), depth);
      prefix(1, behind);
    }
  }

  private void entries(Map<String, Value> entries, int field, int depth) {
    for (Map.Entry<String, Value> entry : new ArrayList<>(entries.entrySet()).reversed()) {
      int behind = written();
      int behindValue = written();
      value(entry.getValue(), depth);
      prefix(2, behindValue);
      if (!entry.getKey().isEmpty()) {
        text(1, entry.getKey());
      }
      prefix(field, behind);
    }
  }

  private void timestamp(Instant at) {
    int behind = written();
    if (at.getNano() != 0) {
      number(2, at.getNano());
    }
    long seconds = at.getEpochSecond();
    if (seconds != 0) {
      number(1, (seconds << 1) ^ (seconds >> 63));
    }
    prefix(9, behind);
  }

  private void text(int field, String text) {
    bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(int field, byte[] bytes) {
    int behind = written();
    reserve(bytes.length);
    start -= bytes.length;
    System.arraycopy(bytes, 0, buffer, start, bytes.length);
    prefix(field, behind);
  }

  private void number(int field, long value) {
    varint(value);
    tag(field, VARINT);
  }

  /// @param behind how many bytes stood behind the part that was just written
  private void prefix(int field, int behind) {
    varint(written() - behind);
    tag(field, LENGTH);
  }

  private void tag(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  private void varint(long value) {
    int size = 1;
    for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    reserve(size);
    start -= size;
    int at = start;
    long rest = value;
    for (int i = 1; i < size; i++) {
      buffer[at++] = (byte) (rest | 128);
      rest >>>= 7;
    }
    buffer[at] = (byte) rest;
  }

  private void reserve(int size) {
    if (start >= size) {
      return;
    }
    int used = buffer.length - start;
    byte[] larger = new byte[Math.max(buffer.length * 2, used + size)];
    System.arraycopy(buffer, start, larger, larger.length - used, used);
    start = larger.length - used;
    buffer = larger;
  }
}
