package stoa.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Lines of results. Tells when nobody reads them any more.
final class Results {
  private final OutputStream out;

  Results(OutputStream out) {
    this.out = new BufferedOutputStream(out);
  }

  /// The reader has closed its end, as `head` does when it has enough.
  static final class NobodyReads extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NobodyReads(IOException cause) {
      super(cause);
    }
  }

  /// Writes a line, at once.
  ///
  /// @throws NobodyReads if nobody reads it
  /// @throws UncheckedIOException if it cannot be written for another reason
  void line(String text) {
    write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// Writes bytes, at once. Throws as [#line] does.
  synchronized void write(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("Broken pipe")) {
        throw new NobodyReads(e);
      }
      throw new UncheckedIOException("cannot write results: " + e.getMessage(), e);
    }
  }

  /// The same as a stream of bytes.
  OutputStream bytes() {
    return out;
  }
}
