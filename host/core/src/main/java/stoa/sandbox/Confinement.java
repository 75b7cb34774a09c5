package stoa.sandbox;

import java.nio.file.Path;
import java.util.List;

/// What one process may reach by itself. All paths are absolute.
///
/// @param readable files and folders that it may read, and programs there that it may run
/// @param writable files and folders that it may read and write
/// @param hidden files and folders that it must not see, wherever they are
/// @param nest its private temporary folders
/// @param directory where it starts
/// @param network whether it has the whole network, or none
public record Confinement(
    List<Path> readable,
    List<Path> writable,
    List<Path> hidden,
    Nest nest,
    Path directory,
    boolean network,
    Limits limits) {
  public Confinement {
    readable = List.copyOf(readable);
    writable = List.copyOf(writable);
    hidden = List.copyOf(hidden);
  }
}
