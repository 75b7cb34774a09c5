package stoa.cli.stubs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;

/// Two protocol classes over `stoa.module(name)` and `stoa.aio.module(name)` of the SDK for Python.
final class PythonStubs {
  private static final List<String> TYPES =
      List.of(
          "Any",
          "AsyncIterable",
          "AsyncIterator",
          "Awaitable",
          "Iterator",
          "bool",
          "bytes",
          "datetime",
          "dict",
          "float",
          "int",
          "list",
          "str");

  private static final String KEYWORDS =
      "False None True __debug__ and as assert async await break class continue def del elif else except finally"
          + " for from global if import in is lambda nonlocal not or pass raise return try while with"
          + " yield";

  private static final Identifiers IDENTIFIERS = Identifiers.of(Identifiers.WORD, KEYWORDS);

  /// What the names of the file itself must not hide.
  private static final Identifiers TOP_LEVEL =
      Identifiers.of(
          Identifiers.WORD,
          KEYWORDS + " Protocol annotations cast stoa " + String.join(" ", TYPES));

  private final ModuleInfo module;

  /// What a type is called inside of the classes, where a method of its name would hide it.
  private final Map<String, String> aliases = new LinkedHashMap<>();

  private final List<String> lines = new ArrayList<>();

  PythonStubs(ModuleInfo module) {
    this.module = module;
    Set<String> taken =
        module.methods().stream()
            .map(MethodInfo::name)
            .collect(Collectors.toCollection(HashSet::new));
    List.copyOf(taken).stream()
        .filter(TYPES::contains)
        .sorted()
        .forEach(name -> aliases.put(name, IDENTIFIERS.free(name, name, taken)));
  }

  String text() {
    Set<String> taken = new HashSet<>(aliases.values());
    String type = TOP_LEVEL.type(module.name(), taken);
    String async = TOP_LEVEL.type("Async" + type, taken);
    String variable = TOP_LEVEL.variable(module.name(), taken);
    String name = StubText.quoted(module.name());
    docstring("", List.of(StubText.origin(module, Stubs.PY)));
    add(
        "from __future__ import annotations",
        "",
        "from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterator",
        "from datetime import datetime",
        "from typing import Any, Protocol, cast",
        "",
        "import stoa");
    if (!aliases.isEmpty()) {
      add("");
      aliases.forEach((of, alias) -> add(alias + " = " + of));
    }
    add("", "", "class " + type + "(Protocol):");
    docstring("    ", orElse(StubText.lines(module.doc()), "Calls wait for their result."));
    StubText.methods(module).forEach(method -> method(method, false));
    add("", "", "class " + async + "(Protocol):");
    docstring("    ", List.of("The same, to be awaited, or iterated over with `async for`."));
    StubText.methods(module).forEach(method -> method(method, true));
    add("", "");
    add("%s = cast(%s, stoa.module(%s))".formatted(variable, type, name));
    add(
        "%s = cast(%s, stoa.aio.module(%s))"
            .formatted(TOP_LEVEL.free(variable + "_aio", "aio", taken), async, name));
    return String.join("\n", lines);
  }

  private void method(MethodInfo info, boolean async) {
    String name = info.name();
    add("");
    if (!IDENTIFIERS.takes(name) || name.startsWith("__")) {
      add("    # " + StubText.quoted(name) + " cannot be called by this name: use getattr.");
      return;
    }
    Signature method = Signature.of(info, module.language().equals("python"), IDENTIFIERS);
    List<String> told = async ? List.of() : StubText.told(method, "", ":");
    String head =
        "    def %s(%s) -> %s:"
            .formatted(
                name,
                parameters(method),
                async ? awaited(method.result()) : result(method.result()));
    add(told.isEmpty() ? head + " ..." : head);
    if (!told.isEmpty()) {
      docstring("        ", told);
    }
  }

  private String parameters(Signature method) {
    Set<String> taken = new HashSet<>();
    method.parameters().forEach(parameter -> taken.add(parameter.name()));
    List<String> all = new ArrayList<>();
    all.add(IDENTIFIERS.free("self", "self", taken));
    method.positional().forEach(parameter -> all.add(parameter(parameter)));
    method
        .rest()
        .map(p -> "*" + p.name() + ": " + type(p.shape()))
        .or(() -> Optional.of("*").filter(_ -> !method.byName().isEmpty()))
        .ifPresent(all::add);
    method.byName().forEach(parameter -> all.add(parameter(parameter)));
    method.othersByName().ifPresent(p -> all.add("**" + p.name() + ": " + type(p.shape())));
    return String.join(", ", all);
  }

  private String parameter(Signature.Parameter parameter) {
    String text = parameter.name() + ": " + taken(parameter.shape());
    return parameter.optional() ? text + " = ..." : text;
  }

  private String taken(Shape shape) {
    return shape instanceof Shape.StreamOf(Shape item)
        ? "%s[%3$s] | %s[%3$s]".formatted(named("Iterator"), named("AsyncIterator"), type(item))
        : type(shape);
  }

  private String result(Signature.Result result) {
    String type = type(result.shape());
    return result.streams() ? named("Iterator") + "[" + type + "]" : type;
  }

  private String awaited(Signature.Result result) {
    return "%s[%s]"
        .formatted(named(result.streams() ? "AsyncIterable" : "Awaitable"), type(result.shape()));
  }

  private String type(Shape shape) {
    return switch (shape) {
      case Shape.ListOf(Shape item) -> named("list") + "[" + type(item) + "]";
      case Shape.MapOf(Shape entry) ->
          "%s[%s, %s]".formatted(named("dict"), named("str"), type(entry));
      case Shape.OneOf(List<Shape> shapes) ->
          shapes.stream().map(this::type).collect(Collectors.joining(" | "));
      case Shape.StreamOf _ -> named("Any");
      case Shape.Plain plain ->
          switch (plain) {
            case ANYTHING -> named("Any");
            case NOTHING -> "None";
            case BOOL -> named("bool");
            case INT -> named("int");
            case NUMBER -> named("float");
            case TEXT -> named("str");
            case BYTES -> named("bytes");
            case INSTANT -> named("datetime");
          };
    };
  }

  private String named(String type) {
    return aliases.getOrDefault(type, type);
  }

  private static List<String> orElse(List<String> told, String otherwise) {
    return told.isEmpty() ? List.of(otherwise) : told;
  }

  private void docstring(String indent, List<String> told) {
    List<String> safe = told.stream().map(PythonStubs::safe).toList();
    if (safe.size() == 1) {
      add(indent + "\"\"\"" + safe.getFirst() + "\"\"\"");
      return;
    }
    add(indent + "\"\"\"" + safe.getFirst());
    safe.stream().skip(1).forEach(line -> add((indent + line).stripTrailing()));
    add(indent + "\"\"\"");
  }

  private static String safe(String line) {
    String escaped = line.replace("\\", "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    return escaped.endsWith("\"") ? escaped.substring(0, escaped.length() - 1) + "\\\"" : escaped;
  }

  private void add(String... more) {
    lines.addAll(List.of(more));
  }
}
