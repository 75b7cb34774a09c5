package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The homes that commands may use when they merely run below them: a file with one absolute path a
/// line.
record Trust(Path file) {
  static Trust of(UserFolders folders) {
    return new Trust(folders.data().resolve("trusted"));
  }

  boolean includes(Path home) throws IOException {
    return Files.exists(file) && Files.readAllLines(file).contains(real(home));
  }

  void add(Path home) throws IOException {
    if (!includes(home)) {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, List.of(real(home)), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  /// @return whether it was there
  boolean remove(Path home) throws IOException {
    if (!includes(home)) {
      return false;
    }
    List<String> others =
        Files.readAllLines(file).stream().filter(line -> !line.equals(real(home))).toList();
    Files.write(file, others);
    return true;
  }

  private static String real(Path home) {
    return Homes.real(home).toString();
  }
}
