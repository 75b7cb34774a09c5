package stoa.polyglot.context;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Value;

/// Values on their way out of a guest, from the same tape as [TapeWriter]'s, but for bytes (buffer,
/// offset, length) and objects: see [Border#reference].
final class TapeReader {
  /// Deeper than the guests' halves let a value be: whoever writes such a tape is none of them.
  private static final int DEPTH = 200;

  private final String codes;
  private final Value[] scalars;
  private final Border border;
  private int code;
  private int scalar;
  private int depth;

  private TapeReader(Value[] arguments, int first, Border border) {
    this.border = border;
    this.codes = arguments[first].asString();
    this.scalars = arguments;
    this.scalar = first + 1;
  }

  /// @param first where the codes stand; the scalars follow
  static stoa.value.Value read(Value[] arguments, int first, Border border) {
    return new TapeReader(arguments, first, border).next();
  }

  private stoa.value.Value next() {
    if (depth > DEPTH) {
      throw new IllegalStateException("tape too deep");
    }
    return switch (codes.charAt(code++)) {
      case 'n' -> stoa.value.Value.NULL;
      case 't' -> new stoa.value.Value.Bool(true);
      case 'f' -> new stoa.value.Value.Bool(false);
      case 'i' -> new stoa.value.Value.Int(take().asLong());
      case 'I' -> integer(take());
      case 'r' -> new stoa.value.Value.Real(take().asDouble());
      case 's' -> new stoa.value.Value.Text(take().asString());
      case 'b' -> new stoa.value.Value.Bytes(bytes());
      case 'T' ->
          new stoa.value.Value.Timestamp(Instant.ofEpochSecond(take().asLong(), take().asLong()));
      case 'R' -> border.reference(take());
      case '[' -> list();
      case '{' -> map();
      default -> throw new IllegalStateException("tape with code " + codes.charAt(code - 1));
    };
  }

  private Value take() {
    return scalars[scalar++];
  }

  private static stoa.value.Value integer(Value number) {
    if (number.isString()) {
      return stoa.value.Value.of(new BigInteger(number.asString(), 16));
    }
    return number.fitsInLong()
        ? new stoa.value.Value.Int(number.asLong())
        : stoa.value.Value.of(number.asBigInteger());
  }

  private ByteString bytes() {
    Value buffer = take();
    int offset = take().asInt();
    int length = take().asInt();
    if (offset < 0 || length < 0 || length > buffer.getBufferSize() - offset) {
      throw new IllegalStateException("tape with more bytes than there are");
    }
    byte[] content = new byte[length];
    if (content.length > 0) {
      buffer.readBuffer(offset, content, 0, content.length);
    }
    return UnsafeByteOperations.unsafeWrap(content);
  }

  private stoa.value.Value list() {
    List<stoa.value.Value> items = new ArrayList<>();
    depth++;
    while (codes.charAt(code) != ']') {
      items.add(next());
    }
    depth--;
    code++;
    return new stoa.value.Value.Sequence(items);
  }

  private stoa.value.Value map() {
    Map<String, stoa.value.Value> entries = new LinkedHashMap<>();
    depth++;
    while (codes.charAt(code) != '}') {
      String key = take().asString();
      entries.put(key, next());
    }
    depth--;
    code++;
    return new stoa.value.Value.Dictionary(entries);
  }
}
