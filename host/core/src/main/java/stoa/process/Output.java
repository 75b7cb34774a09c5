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

  private final Deque<String> last = new ArrayDeque<>(); // guarded by itself

  /// Reads to the end. Blocks.
  void pump(InputStream in, Consumer<String> taker) throws IOException {
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
          take(line, length, taker);
          length = 0;
        }
      }
    }
    if (length > 0) {
      take(line, length, taker);
    }
  }

  private void take(byte[] line, int length, Consumer<String> taker) {
    String text = new String(line, 0, length, StandardCharsets.UTF_8).stripTrailing();
    synchronized (last) {
      if (last.size() == REMEMBERED) {
        last.removeFirst();
      }
      last.addLast(text);
    }
    taker.accept(text);
  }

  List<String> last() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }
}
