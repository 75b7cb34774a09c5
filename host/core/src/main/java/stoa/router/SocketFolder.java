package stoa.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import stoa.files.HostsFolder;
import stoa.sandbox.Litter;

/// A folder for sockets that only this user can enter: their paths must be short. Made when it is
/// first needed.
public final class SocketFolder implements AutoCloseable {
  private @Nullable Path folder; // guarded by this

  public synchronized Path path() throws IOException {
    if (folder == null) {
      folder =
          Files.createTempDirectory(
              HostsFolder.make(),
              "s",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return folder;
  }

  /// Deletes it with all that is in it.
  @Override
  public synchronized void close() {
    if (folder != null) {
      Litter.delete(folder);
      folder = null;
    }
  }
}
