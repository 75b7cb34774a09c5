package stoa.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.daemon.HostFinder;
import stoa.daemon.RunFolder;

/// Starts the host of a home as a process of its own, by the launcher that started this one.
///
/// @param log what the host itself writes, from its start on
record BackgroundHost(Optional<Path> launcher, Home home, Path log) implements HostFinder.Starter {
  private static final int LAST_LINES = 5;

  /// Finds the host of the home that the command line means.
  static HostFinder finder(CommandLine line, Situation situation) {
    return finder(situation.homes().of(line), situation);
  }

  static HostFinder finder(Home home, Situation situation) {
    RunFolder folder = RunFolder.of(situation.folders().runtime(), home.modules());
    return new HostFinder(
        folder,
        Build.id(),
        Optional.of(situation.folders().cache()),
        Optional.empty(),
        new BackgroundHost(ofProcess(), home, state(folder, situation, ".log")));
  }

  /// Where the host keeps what its modules write.
  static Path log(RunFolder folder, Situation situation) {
    return state(folder, situation, ".jsonl");
  }

  private static Path state(RunFolder folder, Situation situation, String ending) {
    String name = folder.path().getFileName() + ending;
    return situation.folders().state().resolve("hosts").resolve(name);
  }

  /// The script `stoa`, if it has started this program.
  static Optional<Path> ofProcess() {
    return Optional.ofNullable(System.getProperty("stoa.launcher")).map(Path::of);
  }

  @Override
  public HostFinder.Started start() throws IOException {
    if (!Files.isDirectory(home.modules())) {
      throw new FailureException(noModules());
    }
    var _ = HomeFile.of(home); // what is wrong with it is said here rather than there
    Files.createDirectories(log.resolveSibling(""));
    List<String> words = new ArrayList<>();
    words.add(launcher.orElseThrow(() -> new FailureException(noLauncher())).toString());
    words.addAll(List.of("host", "--background"));
    words.addAll(
        home.folder()
            .map(folder -> List.of(Flag.HOME.text(), folder.toString()))
            .orElseGet(() -> List.of(Flag.MODULES.text(), home.modules().toString())));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(Path.of("/").toFile()) // it must not keep any other folder busy
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(Redirect.to(log.toFile()))
            .redirectErrorStream(true);
    if (isEmpty(home.modules())) {
      // The cache would be most of the memory of a host that runs no language.
      builder.environment().put("STOA_AOT", "off");
    }
    return new Started(builder.start(), log);
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      return false; // the host says what is wrong with it
    }
  }

  private Failure noModules() {
    return Failure.of(
        Code.UNAVAILABLE,
        "there is no folder " + home.modules() + ", and so no module.",
        "Make it and put a file there, or name another home, a folder with `modules/`: `--home DIR`.");
  }

  private static Failure noLauncher() {
    return Failure.of(
        Code.UNAVAILABLE,
        "this program was not started by `stoa`, so it cannot start a host.",
        "Run the script `stoa`, or use `--embedded`.");
  }

  private record Started(Process process, Path log) implements HostFinder.Started {
    @Override
    public String lastWords() {
      try {
        List<String> lines = Files.readAllLines(log);
        return String.join(
            "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
      } catch (IOException e) {
        return "it wrote nothing";
      }
    }
  }
}
