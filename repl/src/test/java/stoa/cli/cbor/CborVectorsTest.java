package stoa.cli.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import stoa.value.Json;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// The golden vectors of the CBOR mapping, which another library made.
class CborVectorsTest {
  private static final Path VECTORS = Path.of(System.getProperty("stoa.root"), "spec/vectors");

  private static Stream<DynamicTest> each(String file, Consumer<Value> check) throws IOException {
    return Json.read(Files.readString(VECTORS.resolve(file))).asList().stream()
        .filter(row -> !row.at("cbor").isNull())
        .map(row -> DynamicTest.dynamicTest(row.at("name").asText(), () -> check.accept(row)));
  }

  private static byte[] bytes(Value hex) {
    return HexFormat.of().parseHex(hex.asText());
  }

  private static Value value(Value row) {
    return Json.read(row.at("json").asText());
  }

  @TestFactory
  Stream<DynamicTest> theValueBecomesTheBytes() throws IOException {
    return each(
        "values.json",
        row ->
            assertThat(HexFormat.of().formatHex(Cbor.write(value(row))))
                .isEqualTo(row.at("cbor").asText()));
  }

  @TestFactory
  Stream<DynamicTest> theBytesBecomeTheValue() throws IOException {
    return each(
        "values.json", row -> assertThat(Cbor.read(bytes(row.at("cbor")))).isEqualTo(value(row)));
  }

  @TestFactory
  Stream<DynamicTest> otherFormsAreTheSameValueAndAreWrittenInTheOne() throws IOException {
    return each(
        "values.json",
        row -> {
          for (Value form :
              row.at("also_cbor").isNull() ? Value.list().asList() : row.at("also_cbor").asList()) {
            Value read = Cbor.read(bytes(form));
            assertThat(read).as(form.asText()).isEqualTo(value(row));
            assertThat(Cbor.write(read)).isEqualTo(bytes(row.at("cbor")));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> malformedBytesAreRefusedWithTheirPlace() throws IOException {
    return each(
        "malformed-cbor.json",
        row ->
            assertThatThrownBy(() -> Cbor.read(bytes(row.at("cbor"))))
                .isInstanceOf(MalformedValueException.class)
                .hasMessageMatching("(?s)not (CBOR|a value) (in the item )?at byte \\d+: .+"));
  }

  /// No item is the beginning of another.
  @TestFactory
  Stream<DynamicTest> everyTruncationIsRefused() throws IOException {
    return each(
        "values.json",
        row -> {
          byte[] whole = bytes(row.at("cbor"));
          for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Cbor.read(cut)).isInstanceOf(MalformedValueException.class);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> everyFlippedBitIsRefusedOrAnotherValueThatCanBeWritten() throws IOException {
    return each(
        "values.json",
        row -> {
          byte[] whole = bytes(row.at("cbor"));
          for (int bit = 0; bit < 8 * Math.min(whole.length, 1024); bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
              Value other = Cbor.read(flipped);
              assertThat(Cbor.read(Cbor.write(other))).isEqualTo(other);
            } catch (MalformedValueException e) {
              assertThat(e).hasMessageStartingWith("not ");
            }
          }
        });
  }

  @Test
  void referencesAreNotWritten() {
    assertThatThrownBy(() -> Cbor.write(Value.list(new Value.Reference("words#1", 7))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reference");
  }
}
