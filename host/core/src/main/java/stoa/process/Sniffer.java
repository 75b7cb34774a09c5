package stoa.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Looks at the first bytes of a child's standard output: the preface means that it speaks the
/// protocol there, anything else means text.
final class Sniffer {
  private static final byte[] PREFACE = "STOA1\n".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private InputStream looked = InputStream.nullInputStream();

  Sniffer(InputStream in) {
    this.in = in;
  }

  /// The whole output, with what was looked at. Does not wait for more to give that: it may be all
  /// that the child says for hours.
  InputStream all() {
    return new SequenceInputStream(looked, in);
  }

  /// Blocks until it is known. The end of the output, or a first byte that does not fit, means
  /// text.
  boolean speaksProtocol() throws IOException {
    byte[] first = new byte[PREFACE.length];
    int have = 0;
    while (have < first.length) {
      int count = in.read(first, have, first.length - have);
      if (count < 0) {
        break;
      }
      have += count;
      if (!Arrays.equals(first, 0, have, PREFACE, 0, have)) {
        break;
      }
    }
    looked = new ByteArrayInputStream(first, 0, have);
    return Arrays.equals(first, PREFACE);
  }
}
