package stoa.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Bytes that wait to be sent. Not safe for threads: its transport guards it. Holds no memory while
/// it is empty.
public final class Outbox {
  private static final byte[] NOTHING = {};
  private static final int FIRST = 256;

  /// How long a peer may take nothing while more than [Connection#QUEUE_LIMIT] waits for it.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// How much may wait for a peer at all. Bytes.
  private static final long MOST = 4 * Connection.QUEUE_LIMIT;

  /// From here on a piece is kept as it was given instead of being copied. Bytes.
  private static final int LARGE = 16 * 1024;

  /// How many pieces leave with one write.
  private static final int AT_ONCE = 16;

  /// What stands before the bytes below; made when there is the first.
  private @Nullable Deque<ByteBuffer> pieces;

  private int inPieces;
  private byte[] bytes = NOTHING;
  private int start;
  private int end;
  private long overfullSince; // nanoseconds; 0: it is not, or something was taken since

  int size() {
    return inPieces + end - start;
  }

  void bytes(byte[] added) {
    reserve(added.length);
    System.arraycopy(added, 0, bytes, end, added.length);
    end += added.length;
  }

  /// @param from nobody changes it
  void slice(byte[] from, int offset, int length) {
    if (length >= LARGE) {
      piece(ByteBuffer.wrap(bytes, start, end - start));
      piece(ByteBuffer.wrap(from, offset, length));
      bytes = NOTHING;
      start = 0;
      end = 0;
      return;
    }
    reserve(length);
    System.arraycopy(from, offset, bytes, end, length);
    end += length;
  }

  private void piece(ByteBuffer piece) {
    if (piece.hasRemaining()) {
      pieces = pieces == null ? new ArrayDeque<>() : pieces;
      pieces.add(piece);
      inPieces += piece.remaining();
    }
  }

  void varint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~127L) != 0) {
      bytes[end++] = (byte) (rest | 128);
      rest >>>= 7;
    }
    bytes[end++] = (byte) rest;
  }

  static int varintSize(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  /// Writes as much as the channel takes.
  ///
  /// @return how many bytes
  long writeTo(GatheringByteChannel channel) throws IOException {
    ByteBuffer last = ByteBuffer.wrap(bytes, start, end - start);
    long count;
    if (inPieces == 0) {
      count = channel.write(last);
      start = end - last.remaining();
    } else {
      count = writePieces(channel, last);
    }
    overfullSince = count > 0 ? 0 : overfullSince;
    forgetSent();
    return count;
  }

  private long writePieces(GatheringByteChannel channel, ByteBuffer last) throws IOException {
    Deque<ByteBuffer> waiting = Objects.requireNonNull(pieces);
    boolean all = waiting.size() < AT_ONCE;
    Stream<ByteBuffer> first = waiting.stream().limit(AT_ONCE);
    ByteBuffer[] written =
        (all ? Stream.concat(first, Stream.of(last)) : first).toArray(ByteBuffer[]::new);
    int before = end - start;
    long count = channel.write(written);
    start = end - last.remaining();
    inPieces -= (int) count - (before - last.remaining());
    while (!waiting.isEmpty() && !waiting.getFirst().hasRemaining()) {
      waiting.removeFirst();
    }
    return count;
  }

  /// All that waits, taken out.
  byte[] taken() {
    ByteBuffer all = ByteBuffer.allocate(size());
    if (pieces != null) {
      pieces.forEach(all::put);
    }
    all.put(bytes, start, end - start);
    clear();
    return all.array();
  }

  /// Forgets all that waits.
  void clear() {
    pieces = null;
    inPieces = 0;
    start = end;
    overfullSince = 0;
    forgetSent();
  }

  /// Whether its reader is too slow to be kept, as is seen whenever more is added.
  ///
  /// @param clock nanoseconds
  boolean isStuck(LongSupplier clock) {
    if (size() <= Connection.QUEUE_LIMIT) {
      return false;
    }
    long now = clock.getAsLong();
    if (overfullSince == 0) {
      overfullSince = now;
    }
    return size() > MOST || now - overfullSince > PATIENCE.toNanos();
  }

  private void forgetSent() {
    if (start == end) {
      start = 0;
      end = 0;
      if (bytes.length > 64 * 1024) {
        bytes = NOTHING;
      }
    }
  }

  private void reserve(int count) {
    if (bytes.length - end >= count) {
      return;
    }
    int used = end - start;
    int wanted = Math.addExact(used, count);
    byte[] target =
        bytes.length >= wanted && start > bytes.length / 2 ? bytes : new byte[larger(wanted)];
    System.arraycopy(bytes, start, target, 0, used);
    bytes = target;
    start = 0;
    end = used;
  }

  private int larger(int wanted) {
    return Math.max(
        FIRST, Math.max(wanted, (int) Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L)));
  }
}
