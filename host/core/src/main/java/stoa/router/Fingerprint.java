package stoa.router;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The digest of all files of a module: SHA-256 of its one file; for a folder, of the list of its
/// files with their digests, as `sha256sum` prints it, in the order of their paths. A link stands
/// for where it leads to and, if that is a file outside of the folder, for what is there.
public final class Fingerprint {
  private static final int CHUNK = 1 << 16;

  private Fingerprint() {}

  /// In hexadecimal digits.
  ///
  /// @throws IOException also if a link leads to a folder outside of the module's own
  public static String of(Found found) throws IOException {
    if (found.folder().isEmpty()) {
      return ofFile(found.main());
    }
    Path folder = found.folder().get();
    MessageDigest digest = sha256();
    for (Path file : files(folder)) {
      digest.update(line(folder, file).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String line(Path folder, Path file) throws IOException {
    String name = folder.relativize(file).toString();
    if (!Files.isSymbolicLink(file)) {
      return ofFile(file) + "  " + name + "\n";
    }
    String content = leadsOut(folder, file) ? ofTarget(file) + " " : "";
    return content + "-> " + Files.readSymbolicLink(file) + "  " + name + "\n";
  }

  /// What is inside has a line of its own.
  private static boolean leadsOut(Path folder, Path link) throws IOException {
    return Files.exists(link) && !link.toRealPath().startsWith(folder.toRealPath());
  }

  private static String ofTarget(Path link) throws IOException {
    if (Files.isRegularFile(link)) {
      return ofFile(link);
    }
    throw new IOException(
        "`%s` is a link that leads out of the module to what is no file, so nobody can tell whether it changes"
            .formatted(link));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String ofFile(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        digest.update(chunk, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
