package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stoa.conform.Case;
import stoa.conform.Door;
import stoa.conform.Kit;
import stoa.conform.Matrix;
import stoa.conform.Outcome;
import stoa.conform.Subject;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.repl.line.Word;
import stoa.sandbox.Level;

/// `stoa conform`: holds a program that is a module against the contract.
record ConformVerb(CommandLine line, Situation situation) {
  /// What a name of a module may be made of.
  private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9_-]");

  int run() throws IOException, InterruptedException {
    String program = program();
    Path modules = Files.createTempDirectory("stoa-conform");
    List<String> copies = copies();
    try {
      for (String copy : copies) {
        place(program, modules.resolve(copy));
      }
      Collection<LogLine> log = new ConcurrentLinkedQueue<>();
      // The user runs this program, where they are and as they are.
      Host host =
          new EmbeddedHost(line, situation).bare(modules, log::add).sandbox(Level.NONE).start();
      try {
        Door door = Door.of(host);
        return tell(Kit.run(new Subject(host, door, copies.getFirst(), copies.getLast(), log)));
      } finally {
        host.close();
      }
    } finally {
      for (String copy : copies) {
        Files.deleteIfExists(modules.resolve(copy));
      }
      Files.delete(modules);
    }
  }

  /// Two modules, called after the program, so that messages about them can be understood.
  private List<String> copies() {
    String file = Path.of(line.target()).getFileName().toString();
    int dot = file.indexOf('.');
    String name = "conform-" + ODD.matcher(dot > 0 ? file.substring(0, dot) : file).replaceAll("-");
    return List.of(name, name + "-2");
  }

  /// The program as the shell is to find it.
  private String program() {
    String named = line.target();
    Path file = situation.working().resolve(named);
    if (Files.isDirectory(file)) {
      throw new UsageException(
          "`" + named + "` is a folder.", "Name the program in it, as `" + named + "/main`.");
    }
    if (Files.isExecutable(file)) {
      return file.toString();
    }
    if (Files.exists(file)) {
      throw new UsageException(
          "`" + named + "` is not executable.",
          "Make it so with `chmod +x %s`, or name what runs it first: `stoa conform -- python3 %s`."
              .formatted(named, named));
    }
    if (named.contains("/") || !isOnPath(named)) {
      throw new UsageException(
          "there is no program `" + named + "`.",
          "Name an executable file, or a program that is found by its name, and then its arguments.");
    }
    return named;
  }

  private boolean isOnPath(String name) {
    return Arrays.stream(situation.variables().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(name)));
  }

  /// An executable that becomes the command, in the folder that this was typed in.
  private void place(String program, Path executable) throws IOException {
    String words =
        Stream.concat(Stream.of(program), line.rest().stream().map(Word::typed))
            .map(ConformVerb::quoted)
            .collect(Collectors.joining(" "));
    String folder = quoted(situation.working().toString());
    Files.writeString(executable, "#!/bin/sh\ncd " + folder + " && exec " + words + "\n");
    Files.setPosixFilePermissions(executable, PosixFilePermissions.fromString("rwx------"));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private int tell(Map<Case, Outcome> outcomes) {
    int failed = 0;
    Map<String, Integer> skipped = new TreeMap<>();
    for (Map.Entry<Case, Outcome> entry : outcomes.entrySet()) {
      switch (entry.getValue()) {
        case Outcome.Passed _ -> {}
        case Outcome.Skipped(String reason) -> skipped.merge(reason, 1, Integer::sum);
        case Outcome.Failed(String difference) -> {
          failed++;
          say("failed: " + entry.getKey() + ": " + difference);
        }
      }
    }
    skipped.forEach((reason, cases) -> say("skipped: " + reason + ": " + cases + " cases"));
    Matrix matrix = new Matrix();
    matrix.add(Path.of(line.target()).getFileName().toString(), outcomes);
    say(matrix.toString());
    return failed == 0 ? ExitCode.DONE : ExitCode.CALL_FAILED;
  }

  private void say(String text) {
    situation.streams().out().line(text);
  }
}
