package stoa.cli.cbor;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import stoa.value.MalformedValueException;
import stoa.value.Value;
import stoa.value.ValueCodec;

/// The values of a CBOR sequence (RFC 8742), one at a time. Walks over each item as RFC 8949,
/// appendix C, does, to find its end and what a value may not have in it; an item that is no value
/// is told as such, and the next can still be read. One thread reads.
public final class CborItems implements Closeable {
  /// Bytes of an item. A longer one must not fill the memory.
  public static final int LONGEST = 32 << 20;

  private static final String TOO_LONG = "the item is longer than " + LONGEST + " bytes";
  private static final String CUT = "it ends in the middle of an item";

  private static final int INDEFINITE = 31;
  private static final int BREAK = 0xff;

  private final InputStream in;
  private final ByteArrayOutputStream item = new ByteArrayOutputStream(256);
  private long position;

  /// Bytes in strings since this was last set to 0.
  private int content;

  private Optional<MalformedValueException> refusal = Optional.empty();

  public CborItems(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /// One item of the sequence.
  public sealed interface Item {}

  public record Good(Value value) implements Item {}

  public record Bad(MalformedValueException why) implements Item {}

  /// The next item, or empty at the end.
  ///
  /// @throws MalformedValueException if the bytes are no CBOR: what follows cannot be told
  public Optional<Item> next() throws IOException {
    if (isOver()) {
      return Optional.empty();
    }
    long start = position;
    item.reset();
    refusal = Optional.empty();
    walk(head(), 0);
    return Optional.of(refusal.<Item>map(Bad::new).orElseGet(() -> read(start)));
  }

  boolean isOver() throws IOException {
    in.mark(1);
    boolean over = in.read() < 0;
    in.reset();
    return over;
  }

  /// How many bytes were read.
  long position() {
    return position;
  }

  private Item read(long start) {
    try {
      return new Good(CborReader.read(item.toByteArray()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return new Bad(
          new MalformedValueException(
              "not a value in the item at byte " + start + ": " + e.getMessage(), e));
    }
  }

  // ---- one item ----

  private void walk(int head, int depth) throws IOException {
    int low = head & 31;
    switch (head >> 5) {
      case 0, 1 -> argument(low);
      case 2, 3 -> string(head);
      case 4 -> list(low, depth + 1);
      case 5 -> map(low, depth + 1);
      case 6 -> tagged(low, depth);
      default -> simple(low);
    }
  }

  private void string(int head) throws IOException {
    int low = head & 31;
    if (low != INDEFINITE) {
      chunk(head);
      return;
    }
    for (int next = head(); next != BREAK; next = head()) {
      if (next >> 5 != head >> 5 || (next & 31) == INDEFINITE) {
        throw malformed("a chunk of %s begins with 0x%02x".formatted(kind(head), next));
      }
      chunk(next);
    }
  }

  private void chunk(int head) throws IOException {
    byte[] chunk = bytes(argument(head & 31));
    content += chunk.length;
    if (head >> 5 == 3) {
      try {
        var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(chunk));
      } catch (CharacterCodingException e) {
        refuse("text is not UTF-8");
      }
    }
  }

  private static String kind(int head) {
    return head >> 5 == 3 ? "text" : "bytes";
  }

  private void list(int low, int depth) throws IOException {
    checkDepth(depth);
    if (low == INDEFINITE) {
      for (int next = head(); next != BREAK; next = head()) {
        walk(next, depth);
      }
      return;
    }
    long count = argument(low);
    for (long i = 0; i != count; i++) {
      walk(head(), depth);
    }
  }

  private void map(int low, int depth) throws IOException {
    checkDepth(depth);
    if (low == INDEFINITE) {
      for (int next = head(); next != BREAK; next = head()) {
        entry(next, depth);
      }
      return;
    }
    long count = argument(low);
    for (long i = 0; i != count; i++) {
      entry(head(), depth);
    }
  }

  private void entry(int key, int depth) throws IOException {
    if (key >> 5 != 3) {
      refuse("a key is no text");
    }
    walk(key, depth);
    walk(head(), depth);
  }

  private void checkDepth(int depth) {
    if (depth > ValueCodec.MAX_DEPTH) {
      throw malformed("it nests deeper than " + ValueCodec.MAX_DEPTH);
    }
  }

  private void tagged(int low, int depth) throws IOException {
    long tag = argument(low);
    int next = head();
    while (next >> 5 == 6) {
      refuse("a tag stands on a tag");
      argument(next & 31);
      next = head();
    }
    if (!fits(tag, next)) {
      refuse("tag " + Long.toUnsignedString(tag) + " on this kind of item is no value");
    }
    content = 0;
    walk(next, depth);
    if (content == 0 && (tag == CborTag.POSITIVE || tag == CborTag.NEGATIVE)) {
      refuse("a big integer has no bytes"); // which the library takes for 0, also where it is -1
    }
  }

  private static boolean fits(long tag, int head) {
    int major = head >> 5;
    if (tag == CborTag.DATE_TIME) {
      return major == 3;
    }
    if (tag == CborTag.EPOCH) {
      return major < 2 || (major == 7 && (head & 31) >= 25);
    }
    return (tag == CborTag.POSITIVE || tag == CborTag.NEGATIVE) && major == 2;
  }

  /// false, true, null and three widths of floats are values.
  private void simple(int low) throws IOException {
    if (low == INDEFINITE) {
      throw malformed("there is a break where nothing is to be broken off");
    }
    long argument = argument(low);
    if (low == 24 && argument < 32) {
      throw malformed("simple value " + argument + " takes two bytes");
    }
    if (low < 20 || low == 23 || low == 24) {
      refuse(low == 23 ? "undefined is no value" : "simple value " + argument + " is no value");
    }
  }

  // ---- bytes ----

  private int head() throws IOException {
    int b = item.size() < LONGEST ? in.read() : -1;
    if (b < 0) {
      throw malformed(item.size() < LONGEST ? CUT : TOO_LONG);
    }
    position++;
    item.write(b);
    return b;
  }

  /// The number that follows a head, to be read as unsigned.
  private long argument(int low) throws IOException {
    if (low < 24) {
      return low;
    }
    if (low > 27) {
      throw malformed("a head has the reserved length " + low);
    }
    long number = 0;
    for (byte b : bytes(1 << (low - 24))) {
      number = number << 8 | Byte.toUnsignedInt(b);
    }
    return number;
  }

  private byte[] bytes(long count) throws IOException {
    if (count < 0 || count > LONGEST - item.size()) {
      throw malformed(TOO_LONG);
    }
    byte[] bytes = in.readNBytes((int) count);
    position += bytes.length;
    if (bytes.length < count) {
      throw malformed(CUT);
    }
    item.writeBytes(bytes);
    return bytes;
  }

  private void refuse(String why) {
    if (refusal.isEmpty()) {
      refusal =
          Optional.of(new MalformedValueException("not a value at byte " + position + ": " + why));
    }
  }

  private MalformedValueException malformed(String why) {
    return new MalformedValueException("not CBOR at byte " + position + ": " + why);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
