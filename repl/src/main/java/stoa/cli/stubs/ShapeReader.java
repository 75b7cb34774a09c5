package stoa.cli.stubs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.cli.stubs.Shape.ListOf;
import stoa.cli.stubs.Shape.MapOf;
import stoa.cli.stubs.Shape.Plain;
import stoa.cli.stubs.Shape.StreamOf;

/// Reads types as authors of JavaScript, Python and Java write them: `string[]`, `{Array<number>}`
/// without its braces, `list[str] | None`, `Map<String, Long>`. What it does not know is anything;
/// nothing is an error.
final class ShapeReader {
  private static final int LONGEST = 400;
  private static final int DEEPEST = 16;

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<name>[\\p{L}_$][\\p{L}\\p{Nd}_$.]*)|(?<text>'[^']*'|\"[^\"]*\")"
              + "|(?<number>-?\\d+(?<fraction>\\.\\d+)?)|(?<sign>\\.\\.\\.|\\[]|\\S))");

  private final Matcher in;
  private final boolean python;
  private String name = "";
  private String sign = "";
  private Shape literal = Plain.ANYTHING;

  private ShapeReader(String type, boolean python) {
    in = TOKEN.matcher(type);
    this.python = python;
  }

  private static final class NotKnown extends Exception {
    private static final long serialVersionUID = 1L;

    NotKnown() {
      super(null, null, false, false);
    }
  }

  /// @param type as the author wrote it, or empty
  /// @param python whether `object` is anything, as in Python, or a map
  static Shape read(String type, boolean python) {
    if (type.length() > LONGEST) {
      return Plain.ANYTHING;
    }
    ShapeReader reader = new ShapeReader(type, python);
    try {
      reader.advance();
      Shape shape = reader.choice(0);
      return reader.isAtEnd() ? shape : Plain.ANYTHING;
    } catch (NotKnown e) {
      return Plain.ANYTHING;
    }
  }

  // ---- tokens: one of name, sign and literal is set, or none at the end ----

  private void advance() {
    boolean found = in.lookingAt();
    name = found && in.group("name") != null ? in.group("name") : "";
    sign = found && in.group("sign") != null ? in.group("sign") : "";
    literal = Plain.ANYTHING;
    if (found && in.group("text") != null) {
      literal = Plain.TEXT;
    } else if (found && in.group("number") != null) {
      literal = in.group("fraction") == null ? Plain.INT : Plain.NUMBER;
    }
    in.region(found ? in.end() : in.regionEnd(), in.regionEnd());
  }

  private boolean isAtEnd() {
    return name.isEmpty() && sign.isEmpty() && literal == Plain.ANYTHING;
  }

  private boolean skip(String wanted) {
    boolean there = sign.equals(wanted);
    if (there) {
      advance();
    }
    return there;
  }

  private void expect(String wanted) throws NotKnown {
    if (!skip(wanted)) {
      throw new NotKnown();
    }
  }

  // ---- grammar ----

  private Shape choice(int depth) throws NotKnown {
    List<Shape> shapes = new ArrayList<>();
    skip("|");
    do {
      shapes.add(marked(depth));
    } while (skip("|"));
    return Shape.oneOf(shapes);
  }

  /// JSDoc: `?string` may be null, `!string` may not, `string=` may be left out, `...string` is one
  /// of many.
  private Shape marked(int depth) throws NotKnown {
    if (depth > DEEPEST) {
      throw new NotKnown();
    }
    boolean many = skip("...");
    boolean mayBeNothing = skip("?");
    if (!many && !mayBeNothing) {
      skip("!");
    }
    Shape shape = withBrackets(depth);
    skip("=");
    return skip("?") || mayBeNothing ? shape.orNothing() : shape;
  }

  private Shape withBrackets(int depth) throws NotKnown {
    boolean isByte = name.equals("byte");
    Shape shape = simple(depth);
    while (skip("[]")) {
      shape = isByte ? Plain.BYTES : new ListOf(shape);
      isByte = false;
    }
    return shape;
  }

  private Shape simple(int depth) throws NotKnown {
    if (literal != Plain.ANYTHING) {
      Shape shape = literal;
      advance();
      return shape;
    }
    if (!name.isEmpty()) {
      return named(depth);
    }
    if (skip("(")) {
      Shape shape = choice(depth + 1);
      expect(")");
      return shape;
    }
    if (skip("[")) {
      return new ListOf(Shape.oneOf(parts("]", depth)));
    }
    if (skip("*")) {
      return Plain.ANYTHING;
    }
    if (skip("[]")) {
      return new ListOf(Plain.ANYTHING);
    }
    expect("{");
    fields();
    return new MapOf(Plain.ANYTHING);
  }

  /// What stands in the braces of a record is not looked at.
  private void fields() throws NotKnown {
    for (int open = 1; open > 0; advance()) {
      if (isAtEnd()) {
        throw new NotKnown();
      }
      open += sign.equals("{") ? 1 : sign.equals("}") ? -1 : 0;
    }
  }

  private Shape named(int depth) throws NotKnown {
    String id = name.replaceFirst("\\.$", "");
    String known = id.substring(id.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    advance();
    if (skip("<")) {
      return generic(known, parts(">", depth));
    }
    return skip("[") ? generic(known, parts("]", depth)) : plain(known);
  }

  private List<Shape> parts(String end, int depth) throws NotKnown {
    List<Shape> parts = new ArrayList<>();
    while (!skip(end)) {
      // `tuple[int, ...]`
      if (!(skip("...") && sign.equals(end))) {
        parts.add(choice(depth + 1));
      }
      if (!sign.equals(end)) {
        expect(",");
      }
    }
    return parts;
  }

  private Shape plain(String known) {
    return switch (known) {
      case "null", "none", "nonetype", "void", "undefined" -> Plain.NOTHING;
      case "bool", "boolean", "true", "false" -> Plain.BOOL;
      case "int", "integer", "long", "short", "byte", "bigint", "biginteger" -> Plain.INT;
      case "number", "float", "double" -> Plain.NUMBER;
      case "string", "str", "text", "charsequence" -> Plain.TEXT;
      case "bytes", "bytearray", "memoryview", "uint8array", "buffer", "bytestring" -> Plain.BYTES;
      case "date", "datetime", "instant", "timestamp" -> Plain.INSTANT;
      case "object" -> python ? Plain.ANYTHING : new MapOf(Plain.ANYTHING);
      default -> generic(known, List.of());
    };
  }

  private Shape generic(String known, List<Shape> parts) {
    Shape first = parts.isEmpty() ? Plain.ANYTHING : parts.getFirst();
    Shape last = parts.isEmpty() ? Plain.ANYTHING : parts.getLast();
    return switch (known) {
      case "list", "array", "readonlyarray", "sequence", "iterable", "collection", "arraylist" ->
          new ListOf(first);
      case "tuple" -> new ListOf(Shape.oneOf(parts));
      case "map", "dict", "record", "mapping", "ordereddict", "defaultdict", "object" ->
          new MapOf(last);
      case "iterator",
          "asynciterator",
          "asynciterable",
          "generator",
          "asyncgenerator",
          "iterableiterator",
          "asynciterableiterator",
          "stream" ->
          new StreamOf(first);
      case "optional" -> first.orNothing();
      case "union", "literal" -> Shape.oneOf(parts);
      case "promise", "promiselike", "awaitable", "annotated", "completablefuture" -> first;
      case "coroutine" -> last;
      default -> Plain.ANYTHING;
    };
  }
}
