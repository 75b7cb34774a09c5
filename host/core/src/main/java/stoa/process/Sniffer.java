package stoa.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;

/// The standard output of a child as far as it is text: it ends before the line with which the
/// protocol begins. What libraries and runtimes write before that does no harm.
final class Sniffer extends InputStream {
  private static final byte[] PREFACE = "STOA1\n".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final byte[] chunk = new byte[8 * 1024];
  private int at;
  private int end;

  /// How much of the preface the bytes before `at` are; -1: this line is another one.
  private int matched;

  private boolean found;

  Sniffer(InputStream in) {
    this.in = in;
  }

  /// Whether it ended because the protocol begins.
  boolean found() {
    return found;
  }

  /// The protocol, with its preface.
  InputStream protocol() {
    return new SequenceInputStream(
        new SequenceInputStream(
            new ByteArrayInputStream(PREFACE), new ByteArrayInputStream(chunk, at, end - at)),
        in);
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("read more at a time");
  }

  /// Blocks until there is text, or none will come.
  ///
  /// @param length more than the preface has
  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int given = 0;
    while (given == 0 && !found) {
      if (at == end && !fill()) {
        return -1;
      }
      given = sift(into, from, length);
    }
    return given == 0 ? -1 : given;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(chunk));
    return end > 0 || giveUp();
  }

  /// At the end of the output what looked like the preface was none.
  private boolean giveUp() {
    if (matched <= 0) {
      return false;
    }
    end = matched;
    System.arraycopy(PREFACE, 0, chunk, 0, matched);
    matched = -1;
    return true;
  }

  /// Moves text from the chunk, up to where the preface may begin.
  private int sift(byte[] into, int from, int length) {
    int given = 0;
    while (at < end && given < length - PREFACE.length && !found) {
      byte next = chunk[at++];
      if (matched >= 0 && next == PREFACE[matched]) {
        matched++;
        found = matched == PREFACE.length;
        continue;
      }
      for (int held = 0; held < matched; held++) {
        into[from + given++] = PREFACE[held];
      }
      into[from + given++] = next;
      matched = next == '\n' ? 0 : -1;
    }
    return given;
  }
}
