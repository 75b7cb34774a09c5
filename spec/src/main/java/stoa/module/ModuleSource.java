package stoa.module;

import java.nio.file.Path;
import java.util.Optional;

/// Where the source of a module or script stands.
///
/// @param main the file that is loaded first; absolute
/// @param folder for a module `NAME/`: the folder that its own files may be read from. Empty:
///   `main` alone.
/// @param kind what the source is for
public record ModuleSource(
    String name, Path main, Language language, Optional<Path> folder, Kind kind) {

  public enum Kind {
    /// Its exports are methods.
    MODULE,
    /// Runs once: top level first, then `main(...args)` if it exports one. Its one method is
    /// `main`.
    SCRIPT,
    /// No file: evaluates text. `main` is not read. Its methods are those of [Console].
    CONSOLE
  }
}
