package stoa.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// Cuts what a child writes into lines, and remembers the last of them for the report of its end.
final class Output {
  /// A longer line is cut into pieces of this many bytes.
  private static final int MAX_LINE = 8 * 1024;

  private static final int REMEMBERED = 20;

  /// Between bytes that are no text a line of fewer than this many is none either.
  private static final int LETTERS = 8;

  private final Deque<String> last = new ArrayDeque<>(); // guarded by itself

  /// Reads to the end, `pause` after each piece. Blocks. Bytes that are no text are told by their
  /// number only: nobody reads them, and some of them would change the terminal.
  void pump(InputStream in, Consumer<String> taker, Runnable pause) throws IOException {
    long strange = 0;
    byte[] line = new byte[MAX_LINE];
    int length = 0;
    byte[] buffer = new byte[8 * 1024];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        boolean ends = buffer[i] == '\n';
        if (!ends) {
          line[length++] = buffer[i];
        }
        if (ends || length == MAX_LINE) {
          strange = take(line, length, strange, taker);
          length = 0;
        }
      }
      pause.run();
    }
    if (length > 0) {
      strange = take(line, length, strange, taker);
    }
    tellStrange(strange, taker);
  }

  /// @param strange how many bytes that are no text stand before the line
  /// @return how many stand before the next
  private long take(byte[] line, int length, long strange, Consumer<String> taker) {
    String text = new String(line, 0, length, StandardCharsets.UTF_8).stripTrailing();
    if (isStrange(text) || (strange > 0 && length < LETTERS)) {
      return strange + length;
    }
    tellStrange(strange, taker);
    tell(text, taker);
    return 0;
  }

  /// Text in another encoding than UTF-8 has a few such characters and can still be read.
  private static boolean isStrange(String text) {
    long odd =
        text.chars().filter(c -> c == 0xfffd || (c < 0x20 && c != '\t' && c != 0x1b)).count();
    return odd * 5 > text.length();
  }

  private void tellStrange(long bytes, Consumer<String> taker) {
    if (bytes > 0) {
      tell("(%,d bytes that are no text)".formatted(bytes), taker);
    }
  }

  private void tell(String text, Consumer<String> taker) {
    remember(text);
    taker.accept(text);
  }

  /// A line that came another way.
  void remember(String text) {
    synchronized (last) {
      if (last.size() == REMEMBERED) {
        last.removeFirst();
      }
      last.addLast(text);
    }
  }

  List<String> last() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }
}
