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

/// A program that runs scripts, and what it needs to be able to.
///
/// @param program it itself, and not a script that looks for it
/// @param visible its files, where they are not the system's
record Interpreter(Path program, List<Path> visible) {
  private static final Path SYSTEM = Path.of("/usr");

  private static final Map<Path, Interpreter> KNOWN = new ConcurrentHashMap<>();

  /// How those answer that may stand anywhere, behind scripts of version managers.
  private static final Map<String, List<String>> QUESTIONS =
      Map.of(
          "python",
              List.of(
                  "-c",
                  "import sys; print(sys.executable, sys.prefix, sys.base_prefix, sep='\\n')"),
          "node", List.of("-p", "process.execPath"));

  /// As it is found on the host's PATH, asked once where it really stands.
  static Optional<Interpreter> onPath(String name) {
    return Programs.onPath(name).map(Interpreter::at);
  }

  static Interpreter at(Path program) {
    return KNOWN.computeIfAbsent(program, Interpreter::find);
  }

  private static Interpreter find(Path program) {
    Path real = real(program);
    if (real.startsWith(SYSTEM)) {
      return new Interpreter(program, List.of());
    }
    String name = program.getFileName().toString();
    for (Map.Entry<String, List<String>> question : QUESTIONS.entrySet()) {
      if (name.startsWith(question.getKey())) {
        List<String> answer = ask(program, question.getValue());
        if (!answer.isEmpty()) {
          return standing(Path.of(answer.getFirst()), answer.stream().skip(1).map(Path::of));
        }
      }
    }
    return standing(program, Stream.of());
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
            .filter(path -> !path.startsWith(SYSTEM))
            .distinct()
            .toList();
    return new Interpreter(program, visible);
  }

  /// `X` for `X/bin/node`, unless X is the home of the user or above it.
  private static Path installation(Path program) {
    Path file = program.toAbsolutePath();
    Path above = file.resolve("../..").normalize();
    boolean own =
        file.resolveSibling("").endsWith("bin")
            && !Path.of(System.getProperty("user.home", "/")).startsWith(above)
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
    return visible.isEmpty() ? Optional.empty() : Optional.ofNullable(program.getParent());
  }

  /// The interpreter that a script names in its first line, after `#!`.
  static Optional<Interpreter> ofScript(String firstLine) {
    List<String> words = List.of(firstLine.strip().split("\\s+"));
    Path named = Path.of(words.getFirst());
    if (!named.endsWith("env")) {
      return Optional.of(named).filter(Files::isExecutable).map(Interpreter::at);
    }
    return words.stream()
        .skip(1)
        .filter(word -> !word.startsWith("-") && word.indexOf('=') < 0)
        .findFirst()
        .flatMap(Interpreter::onPath);
  }
}
