package stoa.cli.cbor;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import stoa.value.Value;
import stoa.value.ValueCodec;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.SerializedString;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORGenerator;

/// Writes one value as CBOR. Where the library would choose a form, the form is chosen here: it
/// cuts long texts into chunks, and gives big integers a byte for their sign.
final class CborWriter {
  private static final CBORFactory FACTORY = new CBORFactory();

  private final CBORGenerator out;

  private CborWriter(CBORGenerator out) {
    this.out = out;
  }

  static byte[] write(Value value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator out =
        (CBORGenerator) FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      new CborWriter(out).value(value, 0);
    }
    return bytes.toByteArray();
  }

  private void value(Value value, int depth) {
    if (depth > ValueCodec.MAX_DEPTH) {
      throw new IllegalArgumentException("value nests deeper than " + ValueCodec.MAX_DEPTH);
    }
    switch (value) {
      case Value.Null _ -> out.writeNull();
      case Value.Bool(boolean b) -> out.writeBoolean(b);
      case Value.Int(long n) -> out.writeNumber(n);
      case Value.BigInt(BigInteger n) -> big(n);
      // One NaN, whatever its bits were.
      case Value.Real(double d) -> out.writeNumber(Double.isNaN(d) ? Double.NaN : d);
      case Value.Text(String text) -> text(text);
      case Value.Bytes(ByteString bytes) -> out.writeBinary(bytes.toByteArray());
      case Value.Timestamp(Instant at) -> {
        out.writeTag(CborTag.DATE_TIME);
        text(at.toString());
      }
      case Value.Sequence(List<Value> items) -> list(items, depth);
      case Value.Dictionary(Map<String, Value> entries) -> map(entries, depth);
      case Value.Reference _ ->
          throw new IllegalArgumentException(
              "a reference cannot be written as CBOR: only who holds it can use it");
    }
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeUTF8String(utf8, 0, utf8.length);
  }

  private void big(BigInteger number) {
    boolean negative = number.signum() < 0;
    out.writeTag(negative ? CborTag.NEGATIVE : CborTag.POSITIVE);
    byte[] magnitude = (negative ? number.not() : number).toByteArray();
    int sign = magnitude[0] == 0 ? 1 : 0;
    out.writeBinary(magnitude, sign, magnitude.length - sign);
  }

  private void list(List<Value> items, int depth) {
    out.writeStartArray(null, items.size());
    items.forEach(item -> value(item, depth + 1));
    out.writeEndArray();
  }

  private void map(Map<String, Value> entries, int depth) {
    out.writeStartObject(null, entries.size());
    entries.forEach((key, entry) -> {
      out.writeName(new SerializedString(key));
      value(entry, depth + 1);
    });
    out.writeEndObject();
  }
}
