package stoa.cli.stubs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stoa.cli.stubs.Shape.Plain;
import stoa.cli.stubs.Shape.StreamOf;
import stoa.module.MethodInfo;

/// How a method is called, in names that one language takes: those by position, of which only the
/// last may be left out; the rest by position; those by name only; the rest by name.
///
/// @param result of a call, or an item of it if it streams
record Signature(
    String name,
    String doc,
    List<Parameter> positional,
    Optional<Parameter> rest,
    List<Parameter> byName,
    Optional<Parameter> othersByName,
    Result result) {
  Signature {
    positional = List.copyOf(positional);
    byName = List.copyOf(byName);
  }

  /// @param fallback the default as source text, or empty
  record Parameter(String name, Shape shape, boolean optional, String doc, String fallback) {
    /// What is known beside name and type, on one line; may be empty.
    String remark() {
      String known = doc.strip().replaceAll("\\s+", " ");
      String value = fallback.strip().replaceAll("\\s+", " ");
      return value.isEmpty() ? known : (known + " (default: " + value + ")").strip();
    }

    boolean isRemarkable() {
      return !remark().isEmpty();
    }

    private Parameter required() {
      return new Parameter(name, shape, false, doc, fallback);
    }

    private Parameter plain() {
      return shape instanceof StreamOf
          ? new Parameter(name, Plain.ANYTHING, optional, doc, fallback)
          : this;
    }
  }

  record Result(Shape shape, boolean streams) {}

  /// @param python whether the types are those of Python
  static Signature of(MethodInfo method, boolean python, Identifiers identifiers) {
    List<Parameter> positional = new ArrayList<>();
    List<Parameter> byName = new ArrayList<>();
    Optional<Parameter> rest = Optional.empty();
    Optional<Parameter> others = Optional.empty();
    Set<String> taken = new HashSet<>();
    int number = 0;
    for (MethodInfo.Parameter said : method.parameters()) {
      Parameter parameter =
          parameter(said, python, identifiers.free(said.name(), "arg" + ++number, taken));
      switch (said.kind()) {
        case POSITIONAL, EITHER -> (rest.isEmpty() ? positional : byName).add(parameter);
        case NAMED -> byName.add(parameter);
        case REST -> rest = Optional.of(rest.orElse(parameter));
        case NAMED_REST -> others = Optional.of(others.orElse(parameter));
      }
    }
    return new Signature(
        method.name(),
        method.doc(),
        lastOptional(lastStreams(positional)),
        rest.map(Parameter::plain),
        byName.stream().map(Parameter::plain).toList(),
        others.map(Parameter::plain),
        result(method, python));
  }

  private static Parameter parameter(MethodInfo.Parameter said, boolean python, String name) {
    Shape shape = ShapeReader.read(said.type(), python);
    boolean mayBeNothing = Set.of("null", "None", "undefined").contains(said.fallback().strip());
    return new Parameter(
        name,
        mayBeNothing && shape != Plain.ANYTHING ? shape.orNothing() : shape,
        said.optional(),
        said.doc(),
        said.fallback());
  }

  /// A stream can only be the last argument by position.
  private static List<Parameter> lastStreams(List<Parameter> positional) {
    List<Parameter> parameters = new ArrayList<>(positional);
    for (int i = 0; i < parameters.size() - 1; i++) {
      parameters.set(i, parameters.get(i).plain());
    }
    return parameters;
  }

  /// By position nobody can leave out what stands before a parameter that is given.
  private static List<Parameter> lastOptional(List<Parameter> positional) {
    List<Parameter> parameters = new ArrayList<>(positional);
    boolean optional = true;
    for (int i = parameters.size() - 1; i >= 0; i--) {
      optional &= parameters.get(i).optional();
      if (!optional) {
        parameters.set(i, parameters.get(i).required());
      }
    }
    return parameters;
  }

  private static Result result(MethodInfo method, boolean python) {
    Shape shape = ShapeReader.read(method.returns(), python);
    return shape instanceof StreamOf(Shape item)
        ? new Result(item, true)
        : new Result(shape, method.streams());
  }

  /// In the order that people read them.
  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(positional);
    rest.ifPresent(all::add);
    all.addAll(byName);
    othersByName.ifPresent(all::add);
    return all;
  }

  /// How many arguments cannot be left out by position.
  int least() {
    return (int) positional.stream().filter(parameter -> !parameter.optional()).count();
  }

  boolean needsNames() {
    return byName.stream().anyMatch(parameter -> !parameter.optional());
  }
}
