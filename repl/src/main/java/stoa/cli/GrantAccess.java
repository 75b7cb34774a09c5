package stoa.cli;

import java.io.IOException;
import java.util.List;
import java.util.function.BiFunction;
import stoa.client.ModuleClient;
import stoa.client.Modules;
import stoa.repl.grant.GrantWords;
import stoa.repl.line.Word;

/// Where the user says what modules may do. If the host of the home runs, it is told, so that it
/// knows at once; else a host in this command writes the file, which runs no module.
record GrantAccess(CommandLine line, Situation situation, Home home) {
  static GrantAccess of(CommandLine line, Situation situation) {
    return new GrantAccess(line, situation, situation.homes().of(line));
  }

  /// What is done with the module `stoa`.
  @FunctionalInterface
  interface Task {
    /// @return the exit code
    int run(ModuleClient stoa) throws IOException, InterruptedException;
  }

  int use(Task task) throws IOException, InterruptedException {
    try (Modules host = open()) {
      return task.run(host.module("stoa"));
    } finally {
      home.sign();
    }
  }

  private Modules open() throws InterruptedException {
    return BackgroundHost.finder(home, situation)
        .running()
        .map(Modules.class::cast)
        .orElseGet(this::inside);
  }

  private Modules inside() {
    EmbeddedHost embedded = new EmbeddedHost(line, situation);
    return embedded.builder(home, embedded::log).eager(false).start();
  }

  /// The module and the grants that were typed.
  ///
  /// @param read how
  /// @throws UsageException if they make no sense
  static GrantWords words(
      CommandLine line,
      Situation situation,
      BiFunction<GrantWords.Reader, List<String>, GrantWords> read) {
    var _ = line.target();
    GrantWords.Reader reader =
        new GrantWords.Reader(
            "stoa " + line.verb().text(), situation.working(), situation.folders().home());
    try {
      return read.apply(reader, line.words().stream().map(Word::typed).toList());
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw new UsageException(message + (message.endsWith("?") ? "" : "."), "");
    }
  }

  /// Says where it stands, and what stands elsewhere and does not count.
  void place() {
    Streams streams = situation.streams();
    streams.remark(streams.errPaint().faint("kept in " + home.grants()));
    home.ignored()
        .ifPresent(file ->
            streams.remark(
                "note: `%s` does not count, because the folder of modules was named and not the home: `--home %s`"
                    .formatted(file, file.getParent())));
  }
}
