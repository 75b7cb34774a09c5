package stoa.cli.stubs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import stoa.cli.stubs.Shape.Plain;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;

/// An interface for `host.bind(name, X.class)`.
final class JavaStubs {
  /// A method may have 255 words of parameters; a long takes two.
  private static final int MOST_PARAMETERS = 100;

  private static final List<String> IMPORTS =
      List.of(
          "java.time.Instant",
          "java.util.List",
          "java.util.Map",
          "java.util.stream.Stream",
          "stoa.value.Value");

  private static final Set<String> TYPES =
      Set.of(
          "Boolean", "Double", "Instant", "List", "Long", "Map", "Object", "Stream", "String",
          "Value");

  /// Methods that every object has.
  private static final Set<String> OF_OBJECT =
      Set.of(
          "clone",
          "equals",
          "finalize",
          "getClass",
          "hashCode",
          "notify",
          "notifyAll",
          "toString",
          "wait");

  /// Keywords are asked for one by one.
  private static final Identifiers IDENTIFIERS =
      new Identifiers(Identifiers.WORD_WITH_DOLLARS, Set.of());

  private final ModuleInfo module;
  private final String type;
  private final List<String> lines = new ArrayList<>();

  JavaStubs(ModuleInfo module) {
    this.module = module;
    this.type = IDENTIFIERS.type(module.name(), new HashSet<>(TYPES));
  }

  String text() {
    String call =
        "`%s x = host.bind(%s, %s.class);`".formatted(type, StubText.quoted(module.name()), type);
    List<String> doc = new ArrayList<>(StubText.lines(module.doc()));
    if (!doc.isEmpty()) {
      doc.add("");
    }
    doc.add(call);
    comment("", doc);
    lines.add("public interface " + type + " {");
    boolean first = true;
    for (MethodInfo method : StubText.methods(module)) {
      if (!first) {
        lines.add("");
      }
      first = false;
      method(method);
    }
    lines.add("}");
    return String.join("\n", Stream.concat(head(), lines.stream()).toList());
  }

  private Stream<String> head() {
    String body = String.join("\n", lines);
    List<String> head = new ArrayList<>();
    head.add(safe("// " + StubText.origin(module, Stubs.JAVA)));
    head.add("// Save it as " + type + ".java, in a package of yours.");
    head.add("");
    IMPORTS.stream()
        .filter(name -> uses(body, name.substring(name.lastIndexOf('.') + 1)))
        .forEach(name -> head.add("import " + name + ";"));
    if (head.getLast().startsWith("import")) {
      head.add("");
    }
    return head.stream();
  }

  private static boolean uses(String body, String type) {
    return Pattern.compile("\\b" + type + "\\b").matcher(body).find();
  }

  private void method(MethodInfo info) {
    String name = info.name();
    Signature method = Signature.of(info, module.language().equals("python"), IDENTIFIERS);
    if (!IDENTIFIERS.isLegal(name) || SourceVersion.isKeyword(name) || OF_OBJECT.contains(name)) {
      leaveOut(name, "is no name for a method of an interface");
      return;
    }
    if (method.needsNames() || method.positional().size() > MOST_PARAMETERS) {
      leaveOut(name, "cannot be called with arguments by position alone");
      return;
    }
    int all = method.positional().size();
    // The shorter ones first; a method of variable arity only in its full length.
    for (int count = method.least(); count < all; count++) {
      String last = method.positional().get(count).name();
      comment(
          "  ",
          List.of(
              "As below, without `%s`%s."
                  .formatted(last, count + 1 < all ? " and what follows" : "")));
      lines.add("  " + head(method, count, false));
      lines.add("");
    }
    List<String> told = new ArrayList<>(StubText.told(method, "@param ", ""));
    if (!method.byName().isEmpty() || method.othersByName().isPresent()) {
      told.add("Arguments by name take `host.module(...).call(method, new Arguments(...))`.");
    }
    comment("  ", told);
    lines.add("  " + head(method, all, true));
  }

  private void leaveOut(String name, String why) {
    lines.add(
        safe(
            "  // %s %s: host.module(%s).call(...) calls it."
                .formatted(StubText.quoted(name), why, StubText.quoted(module.name()))));
  }

  private static String head(Signature method, int count, boolean rest) {
    List<String> parameters =
        method.positional().stream()
            .limit(count)
            .map(p -> taken(p.shape()) + " " + name(p, method))
            .collect(Collectors.toCollection(ArrayList::new));
    if (rest) {
      method.rest().ifPresent(p -> parameters.add(variable(p.shape()) + "... " + name(p, method)));
    }
    return "%s %s(%s);"
        .formatted(given(method.result()), method.name(), String.join(", ", parameters));
  }

  private static String name(Signature.Parameter parameter, Signature method) {
    String name = parameter.name();
    Set<String> others =
        method.parameters().stream().map(Signature.Parameter::name).collect(Collectors.toSet());
    while (SourceVersion.isKeyword(name)
        || (!name.equals(parameter.name()) && others.contains(name))) {
      name += "_";
    }
    return name;
  }

  // ---- types ----

  private static String given(Signature.Result result) {
    if (result.streams()) {
      return "Stream<" + boxed(result.shape(), "Value") + ">";
    }
    return result.shape() == Plain.NOTHING ? "void" : plain(result.shape(), "Value");
  }

  /// Whatever can be a value may be given where nothing is known.
  private static String taken(Shape shape) {
    return shape instanceof Shape.StreamOf(Shape item)
        ? "Stream<" + inside(item, "Object") + ">"
        : plain(shape, "Object");
  }

  /// An array of generic types cannot be made safely.
  private static String variable(Shape shape) {
    String type = taken(shape);
    return type.contains("<") ? "Object" : type;
  }

  private static String plain(Shape shape, String anything) {
    return switch (shape) {
      case Plain.BOOL -> "boolean";
      case Plain.INT -> "long";
      case Plain.NUMBER -> "double";
      default -> boxed(shape, anything);
    };
  }

  private static String boxed(Shape shape, String anything) {
    return switch (shape) {
      case Shape.ListOf(Shape item) -> "List<" + inside(item, anything) + ">";
      case Shape.MapOf(Shape entry) -> "Map<String, " + inside(entry, anything) + ">";
      case Shape.OneOf choice -> {
        Shape something = choice.something();
        yield something instanceof Shape.OneOf ? anything : boxed(something, anything);
      }
      case Shape.StreamOf _ -> anything;
      case Plain plain ->
          switch (plain) {
            case ANYTHING, NOTHING -> anything;
            case BOOL -> "Boolean";
            case INT -> "Long";
            case NUMBER -> "Double";
            case TEXT -> "String";
            case BYTES -> "byte[]";
            case INSTANT -> "Instant";
          };
    };
  }

  private static String inside(Shape shape, String anything) {
    String type = boxed(shape, anything);
    return type.equals("Object") ? "?" : type;
  }

  // ---- comments ----

  private void comment(String indent, List<String> told) {
    told.forEach(line -> lines.add(safe((indent + "/// " + line).stripTrailing())));
  }

  /// A Unicode escape counts in comments too, and may end them or be none.
  private static String safe(String line) {
    return line.replace("\\u", "&#92;u");
  }
}
