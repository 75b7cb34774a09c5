package stoa.module;

import java.util.ArrayList;
import java.util.List;

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
    return name + "(" + String.join(", ", signatures(parameters)) + ")" + result;
  }

  /// Each as [Parameter#signature] has it, with Python's marks between them: `/` behind those that
  /// take no name, `*` before those that take no position.
  public static List<String> signatures(List<Parameter> parameters) {
    List<String> all = new ArrayList<>();
    Kind last = Kind.EITHER;
    for (Parameter parameter : parameters) {
      Kind kind = parameter.kind();
      if (last == Kind.POSITIONAL && kind != Kind.POSITIONAL) {
        all.add("/");
      }
      if (kind == Kind.NAMED && last != Kind.NAMED && last != Kind.REST) {
        all.add("*");
      }
      all.add(parameter.signature());
      last = kind;
    }
    if (last == Kind.POSITIONAL) {
      all.add("/");
    }
    return all;
  }

  /// How a parameter gets its argument.
  public enum Kind {
    POSITIONAL,
    EITHER,
    NAMED,
    /// Takes all further arguments.
    REST,
    /// Takes all further arguments that are given by name.
    NAMED_REST;

    public boolean takesPosition() {
      return this == POSITIONAL || this == EITHER;
    }

    public boolean takesName() {
      return this == NAMED || this == EITHER;
    }

    public boolean variadic() {
      return this == REST || this == NAMED_REST;
    }
  }

  /// @param type as the author wrote it, or empty
  /// @param optional it may be left out, and is not variadic
  /// @param fallback the default as source text, or empty
  public record Parameter(
      String name, String type, String doc, boolean optional, String fallback, Kind kind) {

    public String signature() {
      String mark = optional && !kind.variadic() ? "?" : "";
      return nameWithStars()
          + mark
          + (type.isEmpty() ? "" : ": " + type)
          + (fallback.isEmpty() ? "" : " = " + fallback);
    }

    /// `text`, `*more` or `**others`
    public String nameWithStars() {
      return switch (kind) {
        case POSITIONAL, EITHER, NAMED -> name;
        case REST -> "*" + name;
        case NAMED_REST -> "**" + name;
      };
    }
  }
}
