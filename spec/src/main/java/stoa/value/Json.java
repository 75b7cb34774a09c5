package stoa.value;

import java.util.Optional;

/// The JSON mapping of values: PROTOCOL.md, "JSON". Nothing is lost on the way out and back, a
/// [Value.Reference] excepted.
public final class Json {
  private Json() {}

  /// One line, no spaces after separators.
  public static String write(Value value) {
    return new JsonWriter("").write(value);
  }

  /// Indented by two spaces; short lists and maps stay on one line.
  public static String pretty(Value value) {
    return new JsonWriter("  ").write(value);
  }

  /// @throws MalformedValueException with line and column if the text is not exactly one JSON value
  public static Value read(String text) {
    return JsonReader.read(text);
  }

  /// The value, or empty if the text is not JSON: for places where text needs no quotes.
  public static Optional<Value> tryRead(String text) {
    try {
      return Optional.of(read(text));
    } catch (MalformedValueException _) {
      return Optional.empty();
    }
  }
}
