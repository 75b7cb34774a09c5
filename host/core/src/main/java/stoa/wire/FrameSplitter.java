package stoa.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Cuts a stream of bytes into frames. Keeps only the unfinished end of what it was given, so that
/// an idle connection holds no buffer.
final class FrameSplitter {
  private static final byte[] NOTHING = {};

  private byte[] kept = NOTHING;
  private int keptLength;
  private boolean prefaced;

  /// What is done with each frame.
  interface Taker {
    void take(ByteBuffer frame) throws IOException;
  }

  /// @throws IOException if these bytes are no frames, or the taker says so
  void received(ByteBuffer bytes, Taker taker) throws IOException {
    if (keptLength == 0) {
      split(bytes, taker);
      keep(bytes);
      return;
    }
    // Only as much as completes the kept frame is copied in; the rest is split where it is.
    while (keptLength > 0 && bytes.hasRemaining()) {
      int wanted = Math.min(bytes.remaining(), Math.max(1, missing()));
      reserve(wanted);
      bytes.get(kept, keptLength, wanted);
      keptLength += wanted;
      ByteBuffer view = ByteBuffer.wrap(kept, 0, keptLength);
      split(view, taker);
      if (view.position() > 0) {
        keptLength = view.remaining();
        System.arraycopy(kept, view.position(), kept, 0, keptLength);
      }
    }
    if (keptLength == 0) {
      kept = NOTHING;
      split(bytes, taker);
      keep(bytes);
    }
  }

  boolean isEmpty() {
    return keptLength == 0;
  }

  private void split(ByteBuffer bytes, Taker taker) throws IOException {
    if (!prefaced && !preface(bytes)) {
      return;
    }
    while (bytes.hasRemaining()) {
      int start = bytes.position();
      int length = length(bytes);
      if (length < 0 || bytes.remaining() < length) {
        bytes.position(start);
        return;
      }
      ByteBuffer frame = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      taker.take(frame);
    }
  }

  private boolean preface(ByteBuffer bytes) throws IOException {
    int have = Math.min(bytes.remaining(), Frames.PREFACE.length);
    for (int i = 0; i < have; i++) {
      if (bytes.get(bytes.position() + i) != Frames.PREFACE[i]) {
        throw new IOException("it does not begin with the preface `STOA1`");
      }
    }
    if (have < Frames.PREFACE.length) {
      return false;
    }
    bytes.position(bytes.position() + have);
    prefaced = true;
    return true;
  }

  /// The length of the frame at the buffer's position, or -1 if the buffer ends inside the prefix.
  private static int length(ByteBuffer bytes) throws IOException {
    long length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      byte b = bytes.get();
      length |= (long) (b & 127) << shift;
      if (b >= 0) {
        return checked(length);
      }
    }
    throw new IOException("a frame's length has more than 5 bytes");
  }

  private static int checked(long length) throws IOException {
    if (length > Frames.MAX_FRAME) {
      throw new IOException(
          "a frame of " + length + " bytes is larger than the limit of " + Frames.MAX_FRAME);
    }
    return (int) length;
  }

  /// How many bytes the kept frame still needs, as far as is known.
  private int missing() throws IOException {
    if (!prefaced) {
      return Frames.PREFACE.length - keptLength;
    }
    ByteBuffer view = ByteBuffer.wrap(kept, 0, keptLength);
    int length = length(view);
    return length < 0 ? 1 : length - view.remaining();
  }

  private void keep(ByteBuffer rest) {
    keptLength = 0;
    if (!rest.hasRemaining()) {
      kept = NOTHING;
      return;
    }
    reserve(rest.remaining());
    keptLength = rest.remaining();
    rest.get(kept, 0, keptLength);
  }

  private void reserve(int more) {
    if (kept.length < keptLength + more) {
      kept = Arrays.copyOf(kept, Math.max(keptLength + more, kept.length * 2));
    }
  }
}
