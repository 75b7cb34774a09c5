package stoa.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Folders that somebody has left behind, who may not have wanted them to be deleted.
public final class Litter {
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  private Litter() {}

  /// Deletes a folder with all that is in it; what cannot be deleted is logged.
  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Deletion());
    } catch (NoSuchFileException _) {
      // somebody else deletes it
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.WARNING, "cannot delete " + folder, e);
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
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
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
