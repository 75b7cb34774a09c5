package stoa.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.SortedMap;
import stoa.files.HostsFolder;

/// The temporary folders of one process, which nobody else sees. They go with it.
///
/// @param path holds all of them
public record Nest(Path path) implements AutoCloseable {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /// Makes one where no other process of a module sees it.
  public static Nest make() throws IOException {
    Nest nest = new Nest(Files.createTempDirectory(HostsFolder.make(), "stoa-", OWNER_ONLY));
    try {
      Files.createDirectory(nest.temp(), OWNER_ONLY);
      Files.createDirectory(nest.shared(), OWNER_ONLY);
      Files.createDirectory(nest.root());
      Files.createDirectory(nest.nothing());
      Files.createFile(nest.blank());
      return nest;
    } catch (IOException e) {
      Litter.delete(nest.path());
      throw e;
    }
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

  /// What it sees in place of a hidden folder in which it has something of its own.
  ///
  /// @param places what that is, and whether it is a folder; each gets a place
  Path cover(SortedMap<Path, Boolean> places) throws IOException {
    Path cover = Files.createTempDirectory(path, "cover-", OWNER_ONLY);
    for (Map.Entry<Path, Boolean> place : places.entrySet()) {
      Path made = cover.resolve(place.getKey().toString());
      if (Files.exists(made)) {
        continue; // a folder on the way to another place
      }
      Files.createDirectories(place.getValue() ? made : made.resolveSibling(""));
      if (!place.getValue()) {
        Files.createFile(made);
      }
    }
    return cover;
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
