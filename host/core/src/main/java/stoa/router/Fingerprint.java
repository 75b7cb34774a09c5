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
/// files with their digests, as `sha256sum` prints it, in the order of their paths.
public final class Fingerprint {
  private static final int CHUNK = 1 << 16;

  private Fingerprint() {}

  /// In hexadecimal digits.
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

  /// A link stands for where it leads to, not for what is there.
  private static String line(Path folder, Path file) throws IOException {
    String name = folder.relativize(file).toString();
    return Files.isSymbolicLink(file)
        ? "-> " + Files.readSymbolicLink(file) + "  " + name + "\n"
        : ofFile(file) + "  " + name + "\n";
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
