package stoa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
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

/// `stoa conform`: holds a program that is a module against the contract.
record ConformVerb(CommandLine line, Situation situation) {
  private static final List<String> COPIES = List.of("one", "two");

  int run() throws IOException, InterruptedException {
    line.target();
    Path modules = Files.createTempDirectory("stoa-conform");
    try {
      for (String copy : COPIES) {
        place(modules.resolve(copy));
      }
      Collection<LogLine> log = new ConcurrentLinkedQueue<>();
      Host host = new EmbeddedHost(line, situation).start(modules, log::add);
      try {
        return tell(Kit.run(new Subject(host, Door.of(host), COPIES.get(0), COPIES.get(1), log)));
      } finally {
        host.close();
      }
    } finally {
      for (String copy : COPIES) {
        Files.deleteIfExists(modules.resolve(copy));
      }
      Files.delete(modules);
    }
  }

  /// A program that becomes the command, in the folder that this was typed in.
  private void place(Path program) throws IOException {
    String command =
        Stream.concat(
                Stream.of(situation.working().resolve(line.target()))
                    .filter(Files::exists)
                    .map(Path::toString),
                Stream.of(line.target()))
            .findFirst()
            .map(ConformVerb::quoted)
            .orElseThrow();
    String rest =
        line.rest().stream()
            .map(Word::typed)
            .map(word -> " " + quoted(word))
            .collect(Collectors.joining());
    Files.writeString(
        program,
        "#!/bin/sh\ncd "
            + quoted(situation.working().toString())
            + " && exec "
            + command
            + rest
            + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private int tell(Map<Case, Outcome> outcomes) {
    boolean failed = false;
    for (Map.Entry<Case, Outcome> entry : outcomes.entrySet()) {
      if (entry.getValue() instanceof Outcome.Failed(String difference)) {
        failed = true;
        situation.streams().out().line("failed: " + entry.getKey() + ": " + difference);
      }
    }
    Matrix matrix = new Matrix();
    matrix.add(line.target(), outcomes);
    situation.streams().out().line(matrix.toString());
    return failed ? ExitCode.CALL_FAILED : ExitCode.DONE;
  }
}
