package stoa.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How the files of a module stand on the disk: two are equal if nobody has changed one meanwhile.
/// Of a folder only its own source files and its manifest count, because a module may write beside
/// them.
record FileState(Map<Path, Stamp> files) {
  private static final List<String> SOURCES = List.of(".js", ".mjs", ".py", ".toml");

  /// What changes with a file.
  record Stamp(FileTime written, long size) {}

  FileState {
    files = Map.copyOf(files);
  }

  /// Looks at the disk.
  static FileState of(Found found) {
    Map<Path, Stamp> files = new HashMap<>();
    add(found.main(), files);
    found.folder().ifPresent(folder -> addSources(folder, files));
    return new FileState(files);
  }

  private static void addSources(Path folder, Map<Path, Stamp> files) {
    try (Stream<Path> children = Files.list(folder)) {
      children
          .filter(child -> SOURCES.stream().anyMatch(child.toString()::endsWith))
          .forEach(child -> add(child, files));
    } catch (IOException e) {
      // Whoever loads the module says what is wrong.
    }
  }

  private static void add(Path file, Map<Path, Stamp> files) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      files.put(file, new Stamp(found.lastModifiedTime(), found.size()));
    } catch (IOException e) {
      // It is gone: that is a change, too.
    }
  }
}
