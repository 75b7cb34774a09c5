package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// The temporary folders of one process, which nobody else sees. They go with it.
///
/// @param path holds all of them
public record Nest(Path path) implements AutoCloseable {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

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

  /// Deletes all, once the process has ended.
  @Override
  public void close() {
    Cgroups.remove(this);
    Litter.delete(path);
  }
}
