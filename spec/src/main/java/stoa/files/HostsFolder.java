package stoa.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// The one folder for all that hosts of this user have among the temporary files: private folders
/// of processes, sockets. Only this user can enter it, and no module reaches it, whatever it was
/// granted. Sockets of hosts that run by themselves stand there too, where the system has no other
/// place for them.
public final class HostsFolder {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final String USER = System.getProperty("user.name", "");

  private static final Path SHARED =
      real(Path.of(System.getProperty("java.io.tmpdir"))).resolve("stoa-" + USER);

  private static @Nullable Path other; // guarded by the class

  private HostsFolder() {}

  /// Without links; made if it is not there. Where somebody else has taken its name it has another
  /// one, for this process alone.
  public static synchronized Path make() throws IOException {
    try {
      Files.createDirectory(SHARED, OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      if (!isOurs(SHARED)) {
        return another();
      }
    }
    return SHARED;
  }

  private static synchronized Path another() throws IOException {
    Path made = other;
    if (made == null || !Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
      made = Files.createTempDirectory("stoa-", OWNER_ONLY).toRealPath();
      made.toFile().deleteOnExit();
      other = made;
    }
    return made;
  }

  private static boolean isOurs(Path folder) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return found.isDirectory()
        && found.owner().getName().equals(USER)
        && PosixFilePermissions.toString(found.permissions()).endsWith("------");
  }

  /// @param real without links
  static synchronized boolean holds(Path real) {
    return real.startsWith(SHARED) || (other != null && real.startsWith(other));
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder.toAbsolutePath().normalize();
    }
  }
}
