package stoa.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import stoa.call.Failure.Code;
import stoa.client.Modules;
import stoa.host.LogLine;
import stoa.repl.view.Paint;

/// The shell without a terminal: lines from a file or pipe, results as JSON lines, no prompt. A
/// line that fails is told, and the next one runs.
public final class PipedShell implements AutoCloseable {
  private final BufferedReader in;
  private final Session session;
  private volatile boolean stopped;

  public PipedShell(
      BufferedReader in,
      PrintWriter results,
      PrintWriter remarks,
      Function<Consumer<LogLine>, Modules> start) {
    this.in = in;
    Screen screen = new Screen(results, remarks, Paint.NONE, () -> 100, false);
    Consumer<LogLine> said = line -> screen.remark("[" + line.module() + "] " + line.text());
    session = new Session(screen, () -> start.apply(said), said, List::of, Optional.empty());
  }

  /// Runs all lines.
  ///
  /// @return how the last line that failed did so
  public Optional<Code> run() throws IOException {
    session.begin();
    Interpreter interpreter = session.interpreter();
    StringBuilder input = new StringBuilder();
    boolean goesOn = true;
    for (String line = in.readLine(); line != null && goesOn && !stopped; line = in.readLine()) {
      input.append(input.isEmpty() ? "" : "\n").append(line);
      if (!interpreter.isIncomplete(input.toString())) {
        goesOn = interpreter.run(input.toString());
        input.setLength(0);
      }
    }
    if (!input.isEmpty() && !stopped) {
      var _ = interpreter.run(input.toString());
    }
    return interpreter.failed();
  }

  /// Ends what runs now, and reads no more lines. Any thread.
  public void stop() {
    stopped = true;
    var _ = session.interpreter().cancel();
  }

  @Override
  public void close() {
    session.close();
  }
}
