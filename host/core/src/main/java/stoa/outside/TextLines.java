package stoa.outside;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The lines of a UTF-8 text, one at a time. A line that cannot be one is told as such, and the
/// next can still be read. One thread reads.
public final class TextLines implements Closeable {
  /// Bytes of a line. A longer one is no line but a file without line ends, and must not fill the
  /// memory.
  public static final int LONGEST = 32 << 20;

  private final InputStream in;
  private final int longest;
  private long number;

  public TextLines(InputStream in) {
    this(in, LONGEST);
  }

  TextLines(InputStream in, int longest) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.longest = longest;
  }

  /// One line, or what is wrong with it.
  public sealed interface Line {
    /// Counts from 1.
    long number();
  }

  /// @param text without the line's end
  public record Good(long number, String text) implements Line {}

  /// @param why follows after `line 3 ...`
  public record Bad(long number, String why) implements Line {}

  /// The next line, or empty at the end.
  public Optional<Line> next() throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    number++;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    boolean tooLong = false;
    for (int b = first; b >= 0 && b != '\n'; b = in.read()) {
      if (bytes.size() < longest) {
        bytes.write(b);
      } else {
        tooLong = true;
      }
    }
    return Optional.of(
        tooLong
            ? new Bad(number, "is longer than " + longest + " bytes")
            : decoded(bytes.toByteArray()));
  }

  private Line decoded(byte[] bytes) {
    int length =
        bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      boolean marked = number == 1 && text.startsWith("\ufeff");
      return new Good(number, marked ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      return new Bad(number, "is not UTF-8");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
