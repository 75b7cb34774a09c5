package stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import stoa.cli.cbor.Cbor;
import stoa.cli.cbor.CborItems;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// The arguments of a call as one CBOR item: an array by position, a map by name.
final class CborArguments {
  private static final String FORM =
      "Send one CBOR array (arguments by position) or map (by name), or nothing.";

  private CborArguments() {}

  /// @param in may be empty
  /// @throws UsageException if it holds anything else
  static Arguments read(InputStream in) {
    try {
      byte[] bytes = in.readNBytes(CborItems.LONGEST + 1);
      return bytes.length == 0 ? Arguments.NONE : of(Cbor.read(bytes));
    } catch (MalformedValueException e) {
      throw new UsageException("stdin holds no arguments: " + e.getMessage() + ".", FORM);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the arguments: " + e.getMessage(), e);
    }
  }

  private static Arguments of(Value value) {
    return switch (value) {
      case Value.Sequence(List<Value> items) -> new Arguments(items, Map.of());
      case Value.Dictionary(Map<String, Value> entries) -> new Arguments(List.of(), entries);
      default -> throw new UsageException("stdin holds " + value.kind() + ", no arguments.", FORM);
    };
  }
}
