package stoa.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where programs stand on this machine.
public final class Programs {
  /// Where the system has its own, which are not on everybody's PATH.
  private static final List<String> SYSTEM = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Programs() {}

  /// Looks on the PATH of the host.
  public static Optional<Path> onPath(String name) {
    return in(folders(), name);
  }

  /// Looks where the system has its programs too.
  static Optional<Path> find(String name) {
    Set<String> folders = new LinkedHashSet<>(folders());
    folders.addAll(SYSTEM);
    return in(List.copyOf(folders), name);
  }

  static boolean has(String... names) {
    for (String name : names) {
      if (find(name).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /// What a program prints, if it ends well and in time.
  public static Optional<String> ask(List<String> command) {
    return Probe.output(command);
  }

  private static List<String> folders() {
    return List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"));
  }

  private static Optional<Path> in(List<String> folders, String name) {
    return folders.stream()
        .map(folder -> Path.of(folder.isEmpty() ? "." : folder, name))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /// The word that starts a program whether it is on PATH or not.
  static String word(String name) {
    return find(name).map(Path::toString).orElse(name);
  }
}
