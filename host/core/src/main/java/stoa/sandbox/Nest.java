package stoa.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The temporary folders of one process, which nobody else sees. They go with it.
///
/// @param path holds all of them
public record Nest(Path path) implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(OWNER);

  /// Makes one in the folder for temporary files.
  public static Nest make() throws IOException {
    Nest nest = new Nest(Files.createTempDirectory("stoa-", OWNER_ONLY).toRealPath());
    Files.createDirectory(nest.temp(), OWNER_ONLY);
    Files.createDirectory(nest.shared(), OWNER_ONLY);
    Files.createDirectory(nest.root());
    Files.createDirectory(nest.nothing());
    Files.createFile(nest.blank());
    return nest;
  }

  /// Its `TMPDIR`.
  public Path temp() {
    return path.resolve("tmp");
  }

  /// What it has for `/dev/shm`.
  Path shared() {
    return path.resolve("shm");
  }

  /// Places where the parts of its root are mounted; itself it has nothing in it.
  Path root() {
    return path.resolve("root");
  }

  /// What it sees in place of a hidden folder.
  Path nothing() {
    return path.resolve("nothing");
  }

  /// What it sees in place of a hidden file.
  Path blank() {
    return path.resolve("blank");
  }

  /// What is to be mounted, as in an fstab.
  Path mounts() {
    return path.resolve("mounts");
  }

  /// Deletes all, also what the process has made undeletable. Once it has ended.
  @Override
  public void close() {
    if (!Files.exists(path)) {
      return;
    }
    try {
      Files.walkFileTree(path, new Deletion());
    } catch (NoSuchFileException _) {
      // somebody else deletes it
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.WARNING, "cannot delete " + path, e);
    }
  }

  /// Goes through no link.
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      open(folder);
      return FileVisitResult.CONTINUE;
    }

    /// Only folders fail, when they cannot be listed.
    @Override
    public FileVisitResult visitFileFailed(Path folder, IOException problem) throws IOException {
      if (Files.isReadable(folder) && Files.isExecutable(folder)) {
        throw problem;
      }
      open(folder);
      Files.walkFileTree(folder, this);
      return FileVisitResult.CONTINUE;
    }

    private static void open(Path folder) throws IOException {
      if (!Files.isWritable(folder) || !Files.isExecutable(folder) || !Files.isReadable(folder)) {
        Files.setPosixFilePermissions(folder, OWNER);
      }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
        throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
