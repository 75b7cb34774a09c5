package stoa.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Where programs stand on this machine.
public final class Programs {
  /// Where the system has its own.
  private static final List<String> SYSTEM = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Programs() {}

  /// Looks on the PATH of the host.
  public static Optional<Path> onPath(String name) {
    return in(folders(), name);
  }

  /// One that the host starts itself, outside of every sandbox. Looks where the system has its own
  /// first: a module may have been granted to write in a folder of the PATH.
  static Optional<Path> find(String name) {
    Set<String> folders = new LinkedHashSet<>(SYSTEM);
    folders.addAll(folders());
    return in(List.copyOf(folders), name);
  }

  /// Whether it stands where all processes see what is there.
  public static boolean isSystems(Path path) {
    return View.SYSTEM.stream().anyMatch(path::startsWith);
  }

  public static boolean isOnPath(Path folder) {
    return folders().contains(folder.toString());
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

  /// Those of the PATH. What is named from the working folder could be anybody's.
  private static List<String> folders() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(":")).filter(folder -> folder.startsWith("/")).toList();
  }

  private static Optional<Path> in(List<String> folders, String name) {
    return folders.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /// The word that starts a program of the host's, whatever PATH a module has.
  static String word(String name) {
    return find(name).map(Path::toString).orElse(name);
  }
}
