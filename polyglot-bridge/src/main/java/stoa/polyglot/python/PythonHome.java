package stoa.polyglot.python;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.graalvm.polyglot.Engine;

/// Python's standard library as files. The jar holds it packed; it is unpacked once for each cache
/// folder and version, into a folder of its own that is renamed when it is whole: several processes
/// may do so at once.
final class PythonHome {
  private final Path folder;

  private PythonHome(Path folder) {
    this.folder = folder;
  }

  /// @param cache where unpacked files live
  static synchronized PythonHome in(Path cache, String version) {
    Path wanted = cache.resolve("python-" + version);
    if (!Files.isDirectory(wanted)) {
      try {
        unpack(cache, wanted);
      } catch (IOException e) {
        throw new UncheckedIOException("Python's library could not be unpacked to " + wanted, e);
      }
    }
    return new PythonHome(wanted);
  }

  Path home() {
    return folder.resolve("python").resolve("python-home");
  }

  private static void unpack(Path cache, Path wanted) throws IOException {
    Files.createDirectories(cache);
    Path fresh = Files.createTempDirectory(cache, "unpacking-");
    try {
      Engine.copyResources(fresh, "python");
      Files.move(fresh, wanted, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      delete(fresh); // another process was faster
    } catch (IOException e) {
      delete(fresh);
      if (!Files.isDirectory(wanted)) {
        throw e;
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
