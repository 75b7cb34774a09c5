package stoa.cli.stubs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;

/// An interface over `stoa.module(name)` of the SDK for node.
record TypeScriptStubs(ModuleInfo module) {
  private static final String STREAM = "stream";

  private static final Identifiers IDENTIFIERS =
      Identifiers.of(
          Identifiers.WORD_WITH_DOLLARS,
          "arguments await break case catch class const continue debugger default delete do else enum"
              + " eval export extends false finally for function if implements import in instanceof"
              + " interface let new null package private protected public return static stoa super"
              + " switch this throw true try typeof undefined var void while with yield");

  /// Types that the file uses.
  private static final Set<String> TYPES =
      Set.of(
          "Array",
          "AsyncIterable",
          "Date",
          "IterableIterator",
          "Promise",
          "PromiseLike",
          "Record",
          "Uint8Array");

  String text() {
    String type = IDENTIFIERS.type(module.name(), new HashSet<>(TYPES));
    List<String> lines = new ArrayList<>();
    lines.add("// " + StubText.origin(module, Stubs.TS));
    lines.add("import stoa from \"stoa\";");
    lines.add("");
    comment("", StubText.lines(module.doc()), lines);
    lines.add("export interface " + type + " {");
    boolean first = true;
    for (MethodInfo method : StubText.methods(module)) {
      if (!first) {
        lines.add("");
      }
      first = false;
      method(method, lines);
    }
    streams(lines);
    lines.add("}");
    lines.add("");
    lines.add(
        "export const %s = stoa.module(%s) as unknown as %s;"
            .formatted(
                IDENTIFIERS.variable(module.name(), new HashSet<>()),
                StubText.quoted(module.name()),
                type));
    return String.join("\n", lines);
  }

  private void method(MethodInfo info, List<String> lines) {
    if (info.name().equals("then")) {
      lines.add(
          "  // `then` cannot be called from JavaScript: a module with it would be a promise.");
      return;
    }
    if (info.name().equals(STREAM)) {
      lines.add("  // `stream` is below.");
      return;
    }
    Signature method = signature(info);
    List<String> told = new ArrayList<>(StubText.told(method, "@param ", ""));
    if (takesNames(method)) {
      told.add("By name, as `stoa.named({...})` at the end: " + names(method));
    }
    comment("  ", told, lines);
    lines.add(
        "  %s(%s): %s;".formatted(name(info.name()), parameters(method), result(method.result())));
  }

  /// `stream` before the name of a method says that only a stream will do; called itself it is the
  /// method of that name.
  private void streams(List<String> lines) {
    List<String> members = new ArrayList<>();
    for (MethodInfo info : StubText.methods(module)) {
      Signature method = signature(info);
      if (info.name().equals(STREAM)) {
        members.add("    (%s): %s;".formatted(parameters(method), result(method.result())));
      }
      if (method.result().streams() && !info.name().equals("then")) {
        members.add(
            "    %s(%s): AsyncIterable<%s>;"
                .formatted(name(info.name()), parameters(method), type(method.result().shape())));
      }
    }
    if (!members.isEmpty()) {
      lines.add("");
      lines.add(
          "  /** Streams to be read with `for await` only: an `async` function can return them. */");
      lines.add("  readonly stream: {");
      lines.addAll(members);
      lines.add("  };");
    }
  }

  private Signature signature(MethodInfo method) {
    return Signature.of(method, module.language().equals("python"), IDENTIFIERS);
  }

  private static String parameters(Signature method) {
    List<String> parameters = new ArrayList<>();
    method
        .positional()
        .forEach(p -> parameters.add(p.name() + (p.optional() ? "?: " : ": ") + taken(p.shape())));
    if (takesNames(method)) {
      String rest = method.rest().map(Signature.Parameter::name).orElse("more");
      boolean free = method.positional().stream().noneMatch(p -> p.name().equals(rest));
      parameters.add("..." + (free ? rest : rest + "_") + ": unknown[]");
    } else {
      method.rest().ifPresent(p -> parameters.add("..." + p.name() + ": " + items(p.shape())));
    }
    return String.join(", ", parameters);
  }

  private static boolean takesNames(Signature method) {
    return !method.byName().isEmpty() || method.othersByName().isPresent();
  }

  /// `new` would be a constructor.
  private static String name(String method) {
    return IDENTIFIERS.isLegal(method) && !method.equals("new") ? method : StubText.quoted(method);
  }

  private static String names(Signature method) {
    return Stream.concat(
            method.byName().stream().map(Signature.Parameter::name),
            method.othersByName().stream().map(_ -> "..."))
        .collect(Collectors.joining(", "));
  }

  private static String result(Signature.Result result) {
    return result.streams()
        ? "AsyncIterable<%s> & PromiseLike<%s>"
            .formatted(type(result.shape()), items(result.shape()))
        : "Promise<" + type(result.shape()) + ">";
  }

  /// What may be given.
  private static String taken(Shape shape) {
    return shape instanceof Shape.StreamOf(Shape item)
        ? "AsyncIterable<%1$s> | IterableIterator<%1$s>".formatted(type(item))
        : type(shape);
  }

  private static String items(Shape item) {
    return (item instanceof Shape.OneOf ? "(" + type(item) + ")" : type(item)) + "[]";
  }

  private static String type(Shape shape) {
    return switch (shape) {
      case Shape.ListOf(Shape item) -> items(item);
      case Shape.MapOf(Shape entry) -> "Record<string, " + type(entry) + ">";
      case Shape.OneOf(List<Shape> shapes) ->
          shapes.stream().map(TypeScriptStubs::type).collect(Collectors.joining(" | "));
      case Shape.StreamOf _ -> "unknown";
      case Shape.Plain plain ->
          switch (plain) {
            case ANYTHING -> "unknown";
            case NOTHING -> "null";
            case BOOL -> "boolean";
            case INT, NUMBER -> "number";
            case TEXT -> "string";
            case BYTES -> "Uint8Array";
            case INSTANT -> "Date";
          };
    };
  }

  private static void comment(String indent, List<String> told, List<String> lines) {
    if (told.isEmpty()) {
      return;
    }
    if (told.size() == 1 && !told.getFirst().startsWith("@")) {
      lines.add(indent + "/** " + safe(told.getFirst()) + " */");
      return;
    }
    lines.add(indent + "/**");
    told.forEach(line -> lines.add((indent + " * " + safe(line)).stripTrailing()));
    lines.add(indent + " */");
  }

  private static String safe(String line) {
    return line.replace("*/", "*\\/");
  }
}
