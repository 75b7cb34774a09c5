package stoa.wire;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/// Bytes that wait to be sent. Not safe for threads: its transport guards it. Holds no memory while
/// it is empty.
public final class Outbox {
  private static final byte[] NOTHING = {};
  private static final int FIRST = 256;

  /// How long a peer may take nothing while more than [Connection#QUEUE_LIMIT] waits for it.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// How much may wait for a peer at all. Bytes.
  private static final long MOST = 4 * Connection.QUEUE_LIMIT;

  private byte[] bytes = NOTHING;
  private int start;
  private int end;
  private long overfullSince; // nanoseconds; 0: it is not, or something was taken since

  int size() {
    return end - start;
  }

  void bytes(byte[] added) {
    reserve(added.length);
    System.arraycopy(added, 0, bytes, end, added.length);
    end += added.length;
  }

  void slice(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, bytes, end, length);
    end += length;
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

  /// What waits, for a channel to read from; tell [#sent] how much it took.
  ByteBuffer waiting() {
    return ByteBuffer.wrap(bytes, start, end - start);
  }

  /// All that waits, taken out.
  byte[] taken() {
    byte[] all = Arrays.copyOfRange(bytes, start, end);
    sent(all.length);
    return all;
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

  void sent(int count) {
    overfullSince = 0;
    start += count;
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
