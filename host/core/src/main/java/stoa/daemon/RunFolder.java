package stoa.daemon;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;

/// Where the host of one modules folder and its clients meet. Only this user can enter it.
///
/// @param path short, because paths of sockets must be
public record RunFolder(Path path) {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final int HASH_BYTES = 8;

  /// @param runtime the user's folder for such things; made when it is needed
  /// @param modules need not exist
  public static RunFolder of(Path runtime, Path modules) {
    byte[] name = real(modules).toString().getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name);
      return new RunFolder(runtime.resolve(HexFormat.of().formatHex(hash, 0, HASH_BYTES)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder.toAbsolutePath().normalize();
    }
  }

  public Path socket() {
    return path.resolve("host");
  }

  Path lock() {
    return path.resolve("lock");
  }

  Path start() {
    return path.resolve("start");
  }

  /// Makes it, and sees to it that nobody else can have put anything into it.
  ///
  /// @throws FailureException DENIED if somebody else could
  public void secure() throws IOException {
    Path runtime = path.getParent();
    if (runtime != null) {
      secure(runtime);
    }
    secure(path);
  }

  private static void secure(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent, OWNER_ONLY);
    }
    try {
      Files.createDirectory(folder, OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      // looked at next
    }
    check(folder);
  }

  /// The same without making anything: looks at what is there.
  ///
  /// @throws FailureException DENIED if somebody else could put something into it
  public void check() throws IOException {
    for (Path folder : new Path[] {path.getParent(), path}) {
      if (folder != null && Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        check(folder);
      }
    }
  }

  private static void check(Path folder) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.isSymbolicLink() || !found.isDirectory()) {
      throw refused(folder, "is no folder but " + (found.isSymbolicLink() ? "a link" : "a file"));
    }
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals((int) new UnixSystem().getUid())) {
      throw refused(folder, "belongs to `" + found.owner().getName() + "`");
    }
    String permissions = PosixFilePermissions.toString(found.permissions());
    if (!permissions.endsWith("------")) {
      throw refused(folder, "can be entered by others (" + permissions + ")");
    }
  }

  private static FailureException refused(Path folder, String why) {
    return new FailureException(
        Failure.of(
            Code.DENIED,
            "`" + folder + "` " + why + ", so a host there could be somebody else's.",
            "Remove it, or set XDG_RUNTIME_DIR to a folder that only you can enter (chmod 700)."));
  }
}
