package stoa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;

/// Finds the modules folder that a command means.
///
/// What the command line names is the user's will. A home that was merely found above the working
/// folder may come from anybody, so the user is asked once.
///
/// @param working the folder that the command was given in
record Homes(UserFolders folders, Path working, Streams streams) {
  static final String MARK = "stoa.toml";
  static final String MODULES = "modules";

  /// @throws UsageException if what was named is no folder
  /// @throws FailureException DENIED-like, if a home was found and is not trusted
  Home of(CommandLine line) {
    Optional<Home> named =
        line.value(Flag.MODULES)
            .map(dir -> ofModules(folder(Flag.MODULES, dir)))
            .or(() -> line.value(Flag.HOME).map(dir -> Home.at(folder(Flag.HOME, dir))));
    return named.orElseGet(() -> Home.at(above().map(this::trusted).orElseGet(folders::data)));
  }

  /// The folder with its modules. Throws as [#of] does.
  Path modules(CommandLine line) {
    return of(line).modules();
  }

  /// The folder `modules/` beside a script that was named on the command line: the script's own,
  /// unless the command line names another.
  Optional<Home> beside(Path script, CommandLine line) {
    Path beside = working.resolve(script).toAbsolutePath().normalize().resolveSibling(MODULES);
    boolean named = line.has(Flag.MODULES) || line.has(Flag.HOME);
    return Optional.of(beside)
        .filter(folder -> !named && Files.isDirectory(folder))
        .map(this::ofModules);
  }

  /// Whoever names a folder of modules does not say that it is a home. That it has its mark says
  /// nothing, because whoever sends it may have put that there.
  private Home ofModules(Path modules) {
    Optional<Path> parent =
        Optional.ofNullable(real(modules).getParent())
            .filter(folder -> real(folder.resolve(MODULES)).equals(real(modules)))
            .filter(folder -> folder.equals(real(folders.data())) || isTrustedHome(folder));
    return parent
        .map(folder -> new Home(modules, Optional.of(folder), folder))
        .orElseGet(() -> Home.of(modules, folders));
  }

  private boolean isTrustedHome(Path folder) {
    Trust trust = Trust.of(folders);
    try {
      return Files.isRegularFile(folder.resolve(MARK)) && trust.includes(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("`" + trust.file() + "` cannot be used", e);
    }
  }

  static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder.toAbsolutePath().normalize();
    }
  }

  private Path folder(Flag flag, String text) {
    Path dir = working.resolve(text).toAbsolutePath().normalize();
    if (!Files.isDirectory(dir)) {
      throw new UsageException(
          "`%s %s`: there is no such folder.".formatted(flag.text(), text),
          "Looked for " + dir + ".");
    }
    return dir;
  }

  private Optional<Path> above() {
    for (Path dir = working.toAbsolutePath().normalize(); dir != null; dir = dir.getParent()) {
      if (Files.isRegularFile(dir.resolve(MARK))) {
        return Optional.of(dir);
      }
    }
    return Optional.empty();
  }

  private Path trusted(Path home) {
    Trust trust = Trust.of(folders);
    try {
      if (!trust.includes(home)) {
        if (!new Prompt(streams).isPossible() || !agrees(home)) {
          throw new FailureException(untrusted(home));
        }
        trust.add(home);
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("`" + trust.file() + "` cannot be used", e);
    }
  }

  private boolean agrees(Path home) {
    streams.remark(
        "The home `"
            + home
            + "` was found above the working folder, and may come from somebody else.");
    Home.at(home).granted().ifPresent(streams::remark);
    return new Prompt(streams).agrees("Do you trust it?");
  }

  private static Failure untrusted(Path home) {
    return Failure.of(
        Code.UNAVAILABLE,
        "the home `"
            + home
            + "` was found above the working folder, and you have not said that you trust it.",
        "To trust it from now on: stoa trust " + home + ". To use it once: --home " + home + ".");
  }
}
