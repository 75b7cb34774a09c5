package stoa.repl.view;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import stoa.module.MethodInfo;

/// A call that somebody could type, made from a method's parameters.
final class Example {
  private Example() {}

  static String of(String module, MethodInfo method) {
    List<MethodInfo.Parameter> required =
        method.parameters().stream().filter(p -> !p.optional() && !p.kind().variadic()).toList();
    String name = module + "." + method.name();
    return required.isEmpty()
        ? name
        : name + required.stream().map(Example::argument).collect(Collectors.joining(" ", " ", ""));
  }

  private static String argument(MethodInfo.Parameter parameter) {
    String name = parameter.kind() == MethodInfo.Kind.NAMED ? parameter.name() + "=" : "";
    return name + value(parameter);
  }

  /// A value of about that type. Types are what authors wrote, in whatever language.
  private static String value(MethodInfo.Parameter parameter) {
    String type = parameter.type().toLowerCase(Locale.ROOT);
    if (type.contains("[]") || type.startsWith("list") || type.startsWith("array")) {
      return type.contains("str") ? "'[\"a\", \"b\"]'" : "'[1, 2, 3]'";
    }
    if (type.startsWith("num") || type.startsWith("int")) {
      return "3";
    }
    if (type.startsWith("float") || type.startsWith("double")) {
      return "1.5";
    }
    if (type.startsWith("bool")) {
      return "true";
    }
    if (type.startsWith("dict")
        || type.startsWith("object")
        || type.startsWith("map")
        || type.startsWith("{")) {
      return "'{\"key\": \"value\"}'";
    }
    return parameter.name().isEmpty() ? "'some text'" : "'some " + parameter.name() + "'";
  }
}
