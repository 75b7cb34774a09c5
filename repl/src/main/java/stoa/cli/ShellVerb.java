package stoa.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import stoa.client.Modules;
import stoa.host.LogLine;
import stoa.repl.PipedShell;
import stoa.repl.Shell;

/// `stoa`: the shell, on a terminal or fed by a pipe.
record ShellVerb(CommandLine line, Situation situation, Interrupts interrupts) {

  int run() throws IOException {
    HostAccess access = new HostAccess(line, situation);
    Function<Consumer<LogLine>, Modules> start = access::open;
    Streams streams = situation.streams();
    return streams.terminals().in() && streams.terminals().out()
        ? onTerminal(start, line.has(Flag.NO_ASK) ? "" : access.home().called())
        : piped(start);
  }

  private int onTerminal(Function<Consumer<LogLine>, Modules> start, String place)
      throws IOException {
    Path state = situation.folders().state();
    Files.createDirectories(state);
    boolean colour = situation.streams().outPaint().colour();
    try (Shell shell =
        new Shell(Shell.terminal(), start, state.resolve("history"), colour, place)) {
      interrupts.onStop(shell::stop);
      shell.run();
      interrupts.over(ExitCode.DONE);
    }
    return ExitCode.DONE;
  }

  private int piped(Function<Consumer<LogLine>, Modules> start) throws IOException {
    Streams streams = situation.streams();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(streams.in(), StandardCharsets.UTF_8));
    PrintWriter results =
        new PrintWriter(new OutputStreamWriter(streams.out().bytes(), StandardCharsets.UTF_8));
    PrintWriter remarks =
        new PrintWriter(new OutputStreamWriter(streams.err(), StandardCharsets.UTF_8));
    try (PipedShell shell = new PipedShell(in, results, remarks, start)) {
      interrupts.onStop(shell::stop);
      return shell.run().map(ExitCode::of).orElse(ExitCode.DONE);
    }
  }
}
