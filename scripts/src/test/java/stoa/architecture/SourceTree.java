package stoa.architecture;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The files of this repository that people write: not what a build or a package manager lays down.
record SourceTree(Path root, List<Source> files) {
  private static final Set<String> NOT_OURS =
      Set.of("target", "dist", "node_modules", "__pycache__");
  private static final Set<String> TEXT =
      Set.of("java", "js", "mjs", "py", "sh", "c", "proto", "xml");

  /// The checkout that the build runs in.
  static SourceTree ofThisBuild() throws IOException {
    Path root = Path.of(System.getProperty("stoa.root")).toRealPath();
    List<Source> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean hidden = name.startsWith(".") && !folder.equals(root);
            return hidden || NOT_OURS.contains(name)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && TEXT.contains(extension(file))) {
              files.add(new Source(root.relativize(file), Files.readString(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return new SourceTree(root, List.copyOf(files));
  }

  /// Those whose path, with `/` between its names, fits.
  List<Source> filesThat(Predicate<Source> fit) {
    return files.stream().filter(fit).toList();
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /// One file: its path from the root, and its text.
  record Source(Path path, String text) {
    boolean isJava() {
      return path.toString().endsWith(".java");
    }

    boolean isMainJava() {
      // The embedding example is a project of its own, for people who do not know our rules.
      return isJava() && isUnder("src/main/java") && !isUnder("scripts/embedding");
    }

    boolean isTestJava() {
      return isJava() && isUnder("src/test/java");
    }

    boolean isUnder(String folder) {
      return ("/" + slashed()).contains("/" + folder + "/");
    }

    boolean endsWith(String end) {
      return slashed().endsWith(end);
    }

    /// The folder that holds it.
    Path folder() {
      Path parent = path.getParent();
      return parent == null ? Path.of("") : parent;
    }

    /// Java without comments, texts and characters, but with its line breaks.
    String code() {
      return JavaText.NOT_CODE
          .matcher(text)
          .replaceAll(match -> "\n".repeat((int) match.group().lines().count() - 1));
    }

    private String slashed() {
      return path.toString().replace('\\', '/');
    }
  }
}
