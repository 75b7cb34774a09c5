package stoa.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which processes are there.
public final class Processes {
  private Processes() {}

  /// Whether a process runs. One that has ended and was not reaped does not: in a container whose
  /// first process reaps nobody it would otherwise be there for ever.
  public static boolean isAlive(ProcessHandle process) {
    return process.isAlive() && !hasEnded(process.pid());
  }

  /// The same, by number.
  public static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(Processes::isAlive).isPresent();
  }

  private static boolean hasEnded(long pid) {
    try {
      // `pid (command) state ...`, where the command may have any character.
      String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
      return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
    } catch (IOException | IndexOutOfBoundsException e) {
      return false; // not Linux, or gone meanwhile: asked again, the process is not there
    }
  }
}
