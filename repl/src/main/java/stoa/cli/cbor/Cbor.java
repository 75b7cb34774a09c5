package stoa.cli.cbor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// One value as one CBOR item (RFC 8949): PROTOCOL.md, "CBOR". Nothing is lost on the way out and
/// back.
public final class Cbor {
  private Cbor() {}

  /// @throws IllegalArgumentException for a reference, and for what nests too deep
  public static byte[] write(Value value) {
    return CborWriter.write(value);
  }

  /// @throws MalformedValueException saying at which byte, if the bytes are not exactly one value
  public static Value read(byte[] bytes) {
    try (CborItems items = new CborItems(new ByteArrayInputStream(bytes))) {
      Value value =
          switch (items.next().orElseThrow(Cbor::nothing)) {
            case CborItems.Good(Value good) -> good;
            case CborItems.Bad(MalformedValueException why) -> throw why;
          };
      if (!items.isOver()) {
        throw new MalformedValueException(
            "not a value at byte " + items.position() + ": more follows after the value");
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MalformedValueException nothing() {
    return new MalformedValueException("not a value at byte 0: there is nothing");
  }
}
