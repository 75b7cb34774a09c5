package stoa.cli.stubs;

import java.util.List;
import java.util.stream.Stream;

/// What can be said of a value in every language here.
sealed interface Shape {

  /// @param item of any of these shapes
  record ListOf(Shape item) implements Shape {}

  /// Keys are text.
  record MapOf(Shape entry) implements Shape {}

  /// Items that come one by one.
  record StreamOf(Shape item) implements Shape {}

  /// One of at least two different ones, none of them a choice itself.
  record OneOf(List<Shape> shapes) implements Shape {
    public OneOf {
      shapes = List.copyOf(shapes);
    }
  }

  /// Shapes without parts.
  enum Plain implements Shape {
    /// Nothing is known, or nothing can be said.
    ANYTHING,
    /// null
    NOTHING,
    BOOL,
    INT,
    /// An integer too.
    NUMBER,
    TEXT,
    BYTES,
    INSTANT
  }

  static Shape oneOf(List<Shape> shapes) {
    List<Shape> flat = shapes.stream().flatMap(Shape::choices).distinct().toList();
    if (flat.contains(Plain.NUMBER)) {
      flat = flat.stream().filter(shape -> shape != Plain.INT).toList();
    }
    if (flat.isEmpty() || flat.contains(Plain.ANYTHING)) {
      return Plain.ANYTHING;
    }
    return flat.size() == 1 ? flat.getFirst() : new OneOf(flat);
  }

  /// What it may be: itself, if it is no choice.
  private Stream<Shape> choices() {
    return this instanceof OneOf(List<Shape> shapes) ? shapes.stream() : Stream.of(this);
  }

  /// This or null.
  default Shape orNothing() {
    return oneOf(List.of(this, Plain.NOTHING));
  }

  default boolean mayBeNothing() {
    return choices().anyMatch(shape -> shape == Plain.NOTHING);
  }

  /// This without null.
  default Shape something() {
    List<Shape> rest = choices().filter(shape -> shape != Plain.NOTHING).toList();
    return rest.isEmpty() ? this : oneOf(rest);
  }
}
