package stoa.polyglot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder for files that engines unpack: the given one, or a private one that is deleted in the
/// end.
final class Cache implements AutoCloseable {
  private static final String FOLDER_PROPERTY = "polyglot.engine.userResourceCache";

  private final Optional<Path> given;
  private @Nullable Path temporary;

  Cache(Optional<Path> given) {
    this.given = given;
  }

  synchronized Path folder() {
    if (given.isPresent()) {
      return given.get();
    }
    Path folder = temporary;
    if (folder == null) {
      try {
        folder = Files.createTempDirectory("stoa-engine-");
        temporary = folder;
      } catch (IOException e) {
        throw new UncheckedIOException("no temporary folder for the engine's files", e);
      }
    }
    return folder;
  }

  /// Makes something whose making may have GraalVM unpack a library of its own. It does so into the
  /// user's home unless a system property names another folder, which it reads at the first engine
  /// of the JVM. The property is set only meanwhile.
  <T> T unpackingHere(Supplier<T> making) {
    synchronized (Cache.class) {
      String before = System.getProperty(FOLDER_PROPERTY);
      if (before != null) {
        return making.get();
      }
      System.setProperty(FOLDER_PROPERTY, folder().toString());
      try {
        return making.get();
      } finally {
        System.clearProperty(FOLDER_PROPERTY);
      }
    }
  }

  @Override
  public synchronized void close() {
    Path folder = temporary;
    temporary = null;
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("temporary folder " + folder + " could not be deleted", e);
    }
  }
}
