package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the places where a view is mounted, and the list that `mount` reads.
///
/// @param nest its root gets the places: folders and files with nothing in them
record Mounts(Nest nest, View view) {
  private static final String PRIVATE = "nosuid,nodev";

  private static final List<String> DEVICES =
      List.of("null", "zero", "full", "random", "urandom", "tty");

  /// What `/dev` has besides: name and target.
  private static final List<List<String>> DEVICE_LINKS =
      List.of(
          List.of("fd", "/proc/self/fd"),
          List.of("stdin", "/proc/self/fd/0"),
          List.of("stdout", "/proc/self/fd/1"),
          List.of("stderr", "/proc/self/fd/2"));

  void prepare() throws IOException {
    MountTable table = MountTable.read();
    List<String> lines = new ArrayList<>();
    List<String> after = new ArrayList<>();
    Path root = nest.root();
    lines.add(line(root, root, "rbind," + PRIVATE));
    for (View.Link link : view.links()) {
      Files.createSymbolicLink(inRoot(link.path()), link.target());
    }
    boolean furnished = false;
    for (View.Part part : view.parts()) {
      if (!furnished && part.target().equals(View.TEMP)) {
        furnish(lines);
        furnished = true;
      }
      add(part, table, lines, after);
    }
    lines.addAll(after);
    lines.add("none %s none remount,bind,ro,%s 0 0".formatted(escaped(root), PRIVATE));
    Files.write(nest.mounts(), lines);
  }

  private void furnish(List<String> lines) throws IOException {
    Files.createDirectories(inRoot(View.PROCESSES));
    lines.add("proc %s proc ro,%s,noexec 0 0".formatted(escaped(inRoot(View.PROCESSES)), PRIVATE));
    Path devices = Files.createDirectories(inRoot(View.DEVICES));
    for (String device : DEVICES) {
      Path source = View.DEVICES.resolve(device);
      if (Files.exists(source)) {
        lines.add(line(source, Files.createFile(devices.resolve(device)), "bind"));
      }
    }
    for (List<String> link : DEVICE_LINKS) {
      Files.createSymbolicLink(devices.resolve(link.getFirst()), Path.of(link.getLast()));
    }
  }

  private void add(View.Part part, MountTable table, List<String> lines, List<String> after)
      throws IOException {
    Path source = part.source().toRealPath();
    Path target = inRoot(part.target());
    makePlace(part, Files.isDirectory(source));
    switch (part.use()) {
      case DEVICE -> lines.add(line(source, target, "rbind"));
      case READ, WRITE -> {
        lines.add(line(source, target, "rbind," + options(part, source, table)));
        for (Path inner : table.below(source)) {
          Path place = target.resolve(source.relativize(inner).toString());
          after.add(
              "none %s none remount,bind,%s 0 0"
                  .formatted(escaped(place), options(part, inner, table)));
        }
      }
    }
  }

  private static String options(View.Part part, Path source, MountTable table) {
    String options = part.use() == View.Use.READ ? "ro," + PRIVATE : PRIVATE;
    return table.forbidsPrograms(source) ? options + ",noexec" : options;
  }

  /// What is in a folder that is seen already has its place there, unless that is one of the
  /// process's own.
  private void makePlace(View.Part part, boolean folder) throws IOException {
    Path target = part.target();
    Optional<View.Part> around =
        view.parts().stream()
            .takeWhile(other -> !other.equals(part))
            .filter(other -> target.startsWith(other.target()))
            .reduce((_, last) -> last);
    boolean own = around.map(other -> other.source().startsWith(nest.path())).orElse(true);
    if (!own || target.getNameCount() == 0) {
      return;
    }
    Path place =
        around
            .map(other -> other.source().resolve(other.target().relativize(target).toString()))
            .orElseGet(() -> inRoot(target));
    if (Files.exists(place)) {
      return;
    }
    if (folder) {
      Files.createDirectories(place);
    } else {
      Files.createDirectories(place.getParent());
      Files.createFile(place);
    }
  }

  private Path inRoot(Path path) {
    return nest.root().resolve(Path.of("/").relativize(path));
  }

  private static String line(Path source, Path target, String options) {
    return "%s %s none %s 0 0".formatted(escaped(source), escaped(target), options);
  }

  private static String escaped(Path path) {
    return path.toString()
        .replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012");
  }
}
