package stoa.module;

import java.util.List;
import java.util.stream.Collectors;

/// What a method says of itself.
///
/// @param doc the first paragraph says what it does
/// @param returns a type as the author wrote it, or empty
/// @param streams it answers with a stream of items
/// @param cached how long a result may be used again, as the author wrote it (`10s`), or empty
public record MethodInfo(
    String name,
    String doc,
    List<Parameter> parameters,
    String returns,
    boolean streams,
    boolean idempotent,
    String cached) {
  public MethodInfo {
    parameters = List.copyOf(parameters);
  }

  /// A method whose results are not used again.
  public MethodInfo(
      String name,
      String doc,
      List<Parameter> parameters,
      String returns,
      boolean streams,
      boolean idempotent) {
    this(name, doc, parameters, returns, streams, idempotent, "");
  }

  /// The same method, whose results may be used again for this long.
  public MethodInfo cached(String time) {
    return new MethodInfo(name, doc, parameters, returns, streams, idempotent, time);
  }

  /// `count(text: string, min?: number = 1) -> object`
  public String signature() {
    String arrow = streams ? " -> stream" : " -> ";
    String type = streams && !returns.isEmpty() ? " of " + returns : returns;
    String result = returns.isEmpty() && !streams ? "" : arrow + type;
    return parameters.stream()
            .map(Parameter::signature)
            .collect(Collectors.joining(", ", name + "(", ")"))
        + result;
  }

  /// @param type as the author wrote it, or empty
  /// @param fallback the default as source text, or empty
  /// @param variadic takes all further arguments; with `byName` those given by name
  public record Parameter(
      String name,
      String type,
      String doc,
      boolean optional,
      String fallback,
      boolean variadic,
      boolean byName) {

    public String signature() {
      String stars = variadic ? (byName ? "**" : "*") : "";
      String mark = optional && !variadic ? "?" : "";
      return stars
          + name
          + mark
          + (type.isEmpty() ? "" : ": " + type)
          + (fallback.isEmpty() ? "" : " = " + fallback);
    }
  }
}
