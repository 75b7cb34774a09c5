package stoa.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The golden vectors, which the SDKs' tests read too.
class VectorsTest {
  private static final Path VECTORS = Path.of("vectors");

  private static Stream<Value> rows(String file) {
    try {
      return Json.read(Files.readString(VECTORS.resolve(file))).asList().stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<DynamicTest> each(String file, Consumer<Value> check) {
    return rows(file)
        .map(row -> DynamicTest.dynamicTest(row.at("name").asText(), () -> check.accept(row)));
  }

  private static byte[] bytes(Value row) {
    return HexFormat.of().parseHex(row.at("hex").asText());
  }

  private static Encoded encoded(Value row, byte[] bytes) {
    Value table = row.at("references");
    List<Value.Reference> references =
        table.isNull()
            ? List.of()
            : table.asList().stream()
                .map(r -> new Value.Reference(r.at("owner").asText(), r.at("number").asLong()))
                .toList();
    return new Encoded(bytes, references);
  }

  private static boolean isReference(Value row) {
    return !row.at("references").isNull();
  }

  @TestFactory
  Stream<DynamicTest> bytesBecomeTheValue() {
    return each(
        "values.json",
        row -> {
          Value value = ValueCodec.decode(encoded(row, bytes(row)));
          assertThat(Json.write(value)).isEqualTo(row.at("json").asText());
          Encoded again = ValueCodec.encode(value);
          assertThat(again.references()).isEqualTo(encoded(row, bytes(row)).references());
        });
  }

  @TestFactory
  Stream<DynamicTest> jsonBecomesTheBytes() {
    return each(
        "values.json",
        row -> {
          if (!isReference(row)) {
            Value value = Json.read(row.at("json").asText());
            assertThat(HexFormat.of().formatHex(ValueCodec.encode(value).bytes()))
                .isEqualTo(row.at("hex").asText());
            assertThat(Json.read(Json.pretty(value))).isEqualTo(value);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> otherSpellingsInJsonAreTheSameValue() {
    return each(
        "values.json",
        row -> {
          Value spellings = row.at("also_json");
          if (!spellings.isNull()) {
            for (Value spelling : spellings.asList()) {
              assertThat(Json.read(spelling.asText()))
                  .isEqualTo(Json.read(row.at("json").asText()));
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> malformedBytesAreRefused() {
    return each(
        "malformed-values.json",
        row ->
            assertThatThrownBy(() -> ValueCodec.decode(encoded(row, bytes(row))))
                .isInstanceOf(MalformedValueException.class));
  }

  @TestFactory
  Stream<DynamicTest> badJsonIsRefused() {
    return each(
        "bad-json.json",
        row ->
            assertThatThrownBy(() -> Json.read(row.at("json").asText()))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("line"));
  }

  @TestFactory
  Stream<DynamicTest> everyTruncationIsRefusedOrAnotherValue() {
    return each(
        "values.json",
        row -> {
          byte[] whole = bytes(row);
          for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            try {
              ValueCodec.encode(ValueCodec.decode(encoded(row, cut)));
            } catch (MalformedValueException e) {
              assertThat(e).hasMessageStartingWith("not a value");
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> everyFlippedBitIsRefusedOrAnotherValue() {
    return each(
        "values.json",
        row -> {
          byte[] whole = bytes(row);
          for (int bit = 0; bit < 8 * Math.min(whole.length, 4096); bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
              ValueCodec.encode(ValueCodec.decode(encoded(row, flipped)));
            } catch (MalformedValueException e) {
              assertThat(e).hasMessageStartingWith("not a value");
            }
          }
        });
  }
}
