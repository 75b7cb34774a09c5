package stoa.polyglot.context;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Cuts what a guest writes into lines. A line longer than 64 KiB is cut there.
public final class LineStream extends OutputStream {
  private static final int LONGEST = 64 * 1024;

  private final Consumer<String> taker;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LineStream(Consumer<String> taker) {
    this.taker = taker;
  }

  @Override
  public synchronized void write(int b) {
    if (b == '\n') {
      end();
    } else {
      line.write(b);
      if (line.size() == LONGEST) {
        end();
      }
    }
  }

  @Override
  public synchronized void write(byte[] content, int offset, int length) {
    int from = offset;
    for (int i = offset; i < offset + length; i++) {
      if (content[i] == '\n' || line.size() + i - from == LONGEST) {
        line.write(content, from, i - from);
        end();
        from = content[i] == '\n' ? i + 1 : i;
      }
    }
    line.write(content, from, offset + length - from);
  }

  /// Says the last line when it had no end.
  @Override
  public synchronized void close() {
    if (line.size() > 0) {
      end();
    }
  }

  private void end() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    taker.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
