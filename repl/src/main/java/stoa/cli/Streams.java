package stoa.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import stoa.repl.view.Paint;

/// The three streams of the process. Text goes out as UTF-8, because JSON is.
///
/// @param out for results
/// @param err for everything else
record Streams(InputStream in, Results out, PrintStream err, Terminals terminals) {
  /// Which of the three are terminals.
  record Terminals(boolean in, boolean out, boolean err) {}

  static Streams ofProcess() {
    return new Streams(
        System.in,
        new Results(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        new Terminals(isTerminal(0), isTerminal(1), isTerminal(2)));
  }

  /// The JDK tells only whether all streams are terminals, so the system is asked where each of
  /// them leads.
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return isInteractive();
    }
  }

  @SuppressWarnings(
      "SystemConsoleNull") // It still is null where the default console is switched off.
  private static boolean isInteractive() {
    return System.console() != null && System.console().isTerminal();
  }

  private static boolean mayColour() {
    String wish = System.getenv("NO_COLOR");
    return (wish == null || wish.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
  }

  Paint outPaint() {
    return new Paint(terminals.out && mayColour());
  }

  Paint errPaint() {
    return new Paint(terminals.err && mayColour());
  }

  void remark(String text) {
    err.println(text);
  }
}
