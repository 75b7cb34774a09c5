package stoa.repl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReader.SuggestionType;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.DumbTerminal;
import org.jline.utils.AttributedString;
import stoa.client.Modules;
import stoa.host.LogLine;
import stoa.repl.grant.Asking;
import stoa.repl.grant.Person;
import stoa.repl.view.Paint;
import stoa.repl.view.Printable;

/// The shell on a terminal. The prompt is there before the host is.
public final class Shell implements AutoCloseable {
  private static final Size USUAL_SIZE = Size.of(80, 24);

  private final Terminal terminal;
  private final Screen screen;
  private final LineReader reader;
  private final Session session;

  /// @param start starts the host, in the background
  /// @param history the file that keeps what was typed
  /// @param colour false: no colours, whatever the terminal can do
  /// @param place for what something is granted when a module asks for it: `this home`; empty:
  ///   nobody is asked
  public Shell(
      Terminal terminal,
      Function<Consumer<LogLine>, Modules> start,
      Path history,
      boolean colour,
      String place) {
    this.terminal = terminal;
    giveSize(terminal);
    boolean dumb = terminal.getType().startsWith(Terminal.TYPE_DUMB);
    screen =
        new Screen(
            terminal.writer(), terminal.writer(), new Paint(colour && !dumb), this::columns, true);
    Person person = new PersonAtTerminal(terminal, screen);
    session =
        new Session(
            screen,
            () -> start.apply(this::said),
            this::said,
            this::history,
            place.isEmpty() ? Optional.empty() : Optional.of(new Asking(person, place)));
    Hints hints = new Hints(session.names(), this::redisplay);
    Editing editing = new Editing(session.interpreter(), session.names(), hints);
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("stoa")
            .parser(editing)
            .completer(editing)
            .highlighter(editing)
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.HISTORY_SIZE, 5000)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P  ... ")
            .variable(LineReader.BELL_STYLE, "none")
            .option(Option.DISABLE_EVENT_EXPANSION, true)
            .option(Option.DISABLE_HIGHLIGHTER, !colour && dumb)
            .option(Option.AUTO_FRESH_LINE, true)
            .option(Option.COMPLETE_MATCHER_TYPO, false)
            .option(Option.CASE_INSENSITIVE, true)
            .build();
    reader.setAutosuggestion(dumb ? SuggestionType.NONE : SuggestionType.TAIL_TIP);
    reader.getWidgets().put(LineReader.CALLBACK_INIT, this::begin);
    terminal.handle(Terminal.Signal.INT, _ -> session.interpreter().cancel());
  }

  /// The terminal of this process. Its capabilities are not probed: waiting for answers would delay
  /// the prompt. While the terminal is opened, another thread loads the line editor.
  public static Terminal terminal() throws IOException {
    Thread.ofPlatform().name("stoa-editor").daemon().start(Shell::loadEditor);
    return TerminalBuilder.builder().system(true).dumb(true).graphemeCluster(false).build();
  }

  /// Makes a line editor that nobody uses: its classes are half of the time to the prompt.
  private static void loadEditor() {
    try (Terminal none =
        new DumbTerminal(InputStream.nullInputStream(), OutputStream.nullOutputStream())) {
      var _ = LineReaderBuilder.builder().terminal(none).build();
    } catch (IOException e) {
      // They are loaded later.
    }
  }

  /// A pseudo-terminal that nobody gave a size says 0 by 0, and a line editor that believes it
  /// breaks the line after each letter.
  private static void giveSize(Terminal terminal) {
    Size said = terminal.getSize();
    if (said.getColumns() <= 0 || said.getRows() <= 0) {
      terminal.setSize(
          Size.of(
              said.getColumns() > 0 ? said.getColumns() : USUAL_SIZE.getColumns(),
              said.getRows() > 0 ? said.getRows() : USUAL_SIZE.getRows()));
    }
  }

  private int columns() {
    return Math.max(20, terminal.getColumns());
  }

  /// Reads and runs lines until there are no more.
  public void run() {
    screen.remark(
        screen.paint().bold("Stoa")
            + screen.paint().faint("  Tab completes, `help` explains, `ls` shows the modules."));
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = session.interpreter().run(reader.readLine(prompt()));
      } catch (UserInterruptException e) {
        // Ctrl-C at the prompt throws the line away.
      } catch (EndOfFileException e) {
        goesOn = session.interpreter().leave();
      }
    }
  }

  /// The first line is about to be edited.
  private boolean begin() {
    session.begin();
    return true;
  }

  private String prompt() {
    return screen.paint().bold(session.interpreter().mode().word() + "> ");
  }

  /// Shows a line of a module, above the prompt if somebody is typing. Any thread.
  private void said(LogLine line) {
    String text =
        screen.paint().faint("[" + line.module() + "] ") + Printable.behindName(line.text());
    if (reader.isReading()) {
      reader.printAbove(AttributedString.fromAnsi(text));
    } else {
      screen.remark(text);
    }
  }

  private void redisplay() {
    if (reader.isReading()) {
      try {
        reader.callWidget(LineReader.REDISPLAY);
      } catch (IllegalStateException e) {
        // The line was finished meanwhile.
      }
    }
  }

  private List<String> history() {
    List<String> lines = new ArrayList<>();
    reader.getHistory().forEach(entry -> lines.add(entry.line()));
    return lines;
  }

  /// Ends what runs and the host. Any thread; the process is about to end.
  public void stop() {
    var _ = session.interpreter().cancel();
    session.close();
  }

  /// Ends the host.
  @Override
  public void close() throws IOException {
    session.close();
    terminal.close();
  }
}
