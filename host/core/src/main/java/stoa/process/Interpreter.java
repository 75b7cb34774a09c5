package stoa.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import stoa.sandbox.Programs;

/// A program that runs scripts, and what it needs to be able to. The host chooses it by its own
/// PATH: nothing that a module names is started to be asked, or becomes visible.
///
/// @param program it itself, and not a script that looks for it
/// @param visible its files, where they are not the system's
record Interpreter(Path program, List<Path> visible) {
  /// What is above it holds more than an installation: the homes of hosts, keys, mail.
  private static final Path USERS =
      Path.of(System.getProperty("user.home", "/"), ".local", "share");

  private static final Map<Path, Interpreter> KNOWN = new ConcurrentHashMap<>();

  /// Those that run modules, and how they answer where they stand: on PATH may be scripts of
  /// version managers.
  private static final Map<String, List<String>> QUESTIONS =
      Map.of(
          "python3",
              List.of(
                  "-c",
                  "import sys; print(sys.executable, sys.prefix, sys.base_prefix, sep='\\n')"),
          "node", List.of("-p", "process.execPath"));

  /// As it is found on the host's PATH, asked once where it really stands.
  ///
  /// @return empty if it is not there, or none that runs modules
  static Optional<Interpreter> onPath(String name) {
    return Optional.ofNullable(QUESTIONS.get(name))
        .flatMap(question ->
            Programs.onPath(name)
                .map(file -> KNOWN.computeIfAbsent(file, _ -> find(file, question))));
  }

  /// What a program is that belongs to one of those: it itself, or another one of its files.
  static Optional<Interpreter> with(Path file) {
    if (Programs.isSystems(file)) {
      return Optional.empty();
    }
    for (String name : QUESTIONS.keySet()) {
      Optional<Interpreter> known = onPath(name);
      if (Programs.onPath(name).filter(file::equals).isPresent()) {
        return known;
      }
      if (known.isPresent() && known.get().visible().stream().anyMatch(file::startsWith)) {
        return Optional.of(new Interpreter(file, known.get().visible()));
      }
    }
    return Optional.empty();
  }

  private static Interpreter find(Path file, List<String> question) {
    if (Programs.isSystems(file) && Programs.isSystems(real(file))) {
      return new Interpreter(file, List.of());
    }
    List<String> answer = ask(file, question);
    return answer.isEmpty()
        ? standing(file, Stream.of())
        : standing(Path.of(answer.getFirst()), answer.stream().skip(1).map(Path::of));
  }

  private static List<String> ask(Path program, List<String> question) {
    List<String> words = new ArrayList<>(List.of(program.toString()));
    words.addAll(question);
    return Programs.ask(words).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("/"))
        .toList();
  }

  private static Interpreter standing(Path program, Stream<Path> folders) {
    Path real = real(program);
    List<Path> visible =
        Stream.concat(
                Stream.of(program.toAbsolutePath(), installation(program), installation(real)),
                folders)
            .filter(path -> !Programs.isSystems(path) && !USERS.startsWith(path))
            .distinct()
            .toList();
    return new Interpreter(program, visible);
  }

  /// `X` for `X/bin/node`.
  private static Path installation(Path program) {
    Path file = program.toAbsolutePath();
    Path above = file.resolve("../..").normalize();
    boolean own =
        file.resolveSibling("").endsWith("bin")
            && !USERS.startsWith(above)
            && Files.isDirectory(above);
    return own ? above : file;
  }

  private static Path real(Path program) {
    try {
      return program.toRealPath();
    } catch (IOException e) {
      return program.toAbsolutePath();
    }
  }

  /// The folder that has to be on PATH so that scripts find it.
  Optional<Path> folder() {
    return Optional.ofNullable(program.getParent())
        .filter(folder -> !Programs.isSystems(folder) || !Programs.isOnPath(folder));
  }

  /// What `#!` names in the first line of a script.
  ///
  /// @param line what follows it
  static Optional<Path> named(String line) {
    String first = line.strip().split("\\s+", 2)[0];
    return first.startsWith("/") && first.indexOf('\0') < 0
        ? Optional.of(Path.of(first).normalize())
        : Optional.empty();
  }

  /// The one that the first line of a script leads to, by its path or by `env`.
  static Optional<Interpreter> of(String line) {
    return named(line).filter(file -> file.endsWith("env")).isPresent()
        ? Stream.of(line.strip().split("\\s+")).flatMap(word -> onPath(word).stream()).findFirst()
        : named(line).flatMap(Interpreter::with);
  }
}
