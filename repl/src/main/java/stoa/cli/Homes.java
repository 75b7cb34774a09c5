package stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
  private static final String MARK = "stoa.toml";
  private static final String MODULES = "modules";

  /// @throws UsageException if what was named is no folder
  /// @throws FailureException DENIED-like, if a home was found and is not trusted
  Path modules(CommandLine line) {
    Optional<Path> named =
        line.value(Flag.MODULES)
            .map(dir -> folder(Flag.MODULES, dir))
            .or(() -> line.value(Flag.HOME).map(dir -> folder(Flag.HOME, dir).resolve(MODULES)));
    return named.orElseGet(
        () -> above().map(this::trusted).orElseGet(folders::data).resolve(MODULES));
  }

  /// The folder `modules/` beside a script that was named on the command line: the script's own,
  /// unless the command line names another.
  Optional<Path> beside(Path script, CommandLine line) {
    Path beside = working.resolve(script).toAbsolutePath().normalize().resolveSibling(MODULES);
    boolean named = line.has(Flag.MODULES) || line.has(Flag.HOME);
    return Optional.of(beside).filter(folder -> !named && Files.isDirectory(folder));
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
        if (!streams.terminals().in() || !streams.terminals().err() || !agrees(home)) {
          throw new FailureException(untrusted(home));
        }
        trust.add(home);
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("`" + trust.file() + "` cannot be used", e);
    }
  }

  private boolean agrees(Path home) throws IOException {
    streams.remark(
        "The home `"
            + home
            + "` was found above the working folder. Its modules run with your rights.");
    streams.err().print("Do you trust it? [y/N] ");
    streams.err().flush();
    String answer = line(streams.in()).strip();
    return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
  }

  /// Reads no byte more than the line, because what follows is for the shell.
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append(new String(new byte[] {(byte) b}, StandardCharsets.ISO_8859_1));
    }
    return line.toString();
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
