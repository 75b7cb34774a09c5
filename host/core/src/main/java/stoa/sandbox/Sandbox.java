package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import stoa.grant.Protection;

/// Confines processes as well as this machine lets it. What works is found out by trying, once.
public final class Sandbox {
  /// The best first; the last one always works.
  private static final List<Shape> SHAPES =
      List.of(
          new Bubblewrap(true),
          new Bubblewrap(false),
          new Namespaces(false, true),
          new Namespaces(true, true),
          new Namespaces(false, false),
          new Namespaces(true, false),
          new Landlock(),
          new Reduced(),
          new Plain());

  /// Why a shape does not work here; empty: it does.
  private static final Map<Shape, String> TRIED = new ConcurrentHashMap<>();

  private final Shape shape;

  private Sandbox(Shape shape) {
    this.shape = shape;
  }

  /// The best that works here. The first time it is tried out, which takes some milliseconds.
  public static Sandbox best() {
    return atMost(Level.BUBBLEWRAP);
  }

  /// The best that works here and is not better than a level.
  public static Sandbox atMost(Level level) {
    return SHAPES.stream()
        .filter(shape -> !level.isBelow(shape.level()))
        .filter(shape -> problem(shape).isEmpty())
        .findFirst()
        .map(Sandbox::new)
        .orElseThrow();
  }

  static List<Shape> shapes() {
    return SHAPES;
  }

  /// Of a shape that works.
  static Sandbox of(Shape shape) {
    return new Sandbox(shape);
  }

  static String problem(Shape shape) {
    return shape.level() == Level.NONE ? "" : TRIED.computeIfAbsent(shape, Probe::problem);
  }

  public Level level() {
    return shape.level();
  }

  /// The level, and how it is made: `landlock, in namespaces`.
  public String name() {
    return shape.name();
  }

  Shape shape() {
    return shape;
  }

  /// Why nothing better can be had: of the levels above that in force, down from the best.
  ///
  /// @param wanted worse ones are of no interest
  /// @return `bubblewrap: there is no `bwrap` on PATH`, and so on
  public List<String> problems(Level wanted) {
    return SHAPES.stream()
        .filter(better -> shape.level().isBelow(better.level()) && !better.level().isBelow(wanted))
        .map(better -> better.name() + ": " + problem(better))
        .filter(line -> !line.endsWith(": "))
        .distinct()
        .toList();
  }

  /// What protects others from a program in it.
  ///
  /// @param network whether it was granted one
  public List<Protection> protectionsOfProgram(boolean network) {
    return new Protections(shape, network, Cgroups.counted()).ofProgram();
  }

  /// What protects others from a worker in it.
  public List<Protection> protectionsOfWorker() {
    return new Protections(shape, false, Cgroups.counted()).ofWorker();
  }

  /// How to start a program within a confinement.
  ///
  /// @param home its data folder
  /// @param environment what it gets besides what all get
  public ProcessBuilder prepare(
      List<String> command,
      Confinement confinement,
      Optional<Path> home,
      Map<String, String> environment)
      throws IOException {
    List<String> words = new ArrayList<>(Cgroups.words(confinement.nest(), confinement.limits()));
    words.addAll(shape.around(command, confinement));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.directory(confinement.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(Environment.of(confinement, home, environment));
    return builder;
  }
}
