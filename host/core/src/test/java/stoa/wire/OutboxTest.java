package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Outbox outbox = new Outbox();
  private long now = 1;

  private boolean stuckAfter(long seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
    return outbox.isStuck(() -> now);
  }

  private void add(long bytes) {
    outbox.bytes(new byte[(int) bytes]);
  }

  /// Takes so many bytes with each write.
  private static final class Channel implements GatheringByteChannel {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final int most;

    Channel(int most) {
      this.most = most;
    }

    @Override
    public int write(ByteBuffer bytes) {
      byte[] some = new byte[Math.min(most, bytes.remaining())];
      bytes.get(some);
      taken.writeBytes(some);
      return some.length;
    }

    @Override
    public long write(ByteBuffer[] buffers) {
      long count = 0;
      for (ByteBuffer buffer : buffers) {
        byte[] some = new byte[(int) Math.min(most - count, buffer.remaining())];
        buffer.get(some);
        taken.writeBytes(some);
        count += some.length;
      }
      return count;
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) {
      return write(Arrays.copyOfRange(buffers, offset, offset + length));
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void whatWasGivenLeavesInOrderHoweverLittleIsTaken() throws IOException {
    Random random = new Random(7);
    for (int most : new int[] {1000, 16 * 1024, 70_000, 1 << 20}) {
      Channel channel = new Channel(most);
      ByteArrayOutputStream given = new ByteArrayOutputStream();
      for (int i = 0; i < 200; i++) {
        byte[] piece = new byte[random.nextInt(i % 3 == 0 ? 40_000 : 100)];
        random.nextBytes(piece);
        if (i % 2 == 0) {
          outbox.slice(piece, 0, piece.length);
        } else {
          outbox.bytes(piece);
        }
        given.writeBytes(piece);
        if (i % 5 == 0) {
          outbox.writeTo(channel);
        }
        assertThat(outbox.size()).isEqualTo(given.size() - channel.taken.size());
      }
      while (outbox.size() > 0) {
        outbox.writeTo(channel);
      }
      assertThat(channel.taken.toByteArray()).isEqualTo(given.toByteArray());
    }
  }

  @Test
  void aReaderThatTakesNothingOfTooMuchForTenSecondsIsStuck() {
    add(Connection.QUEUE_LIMIT + 1);
    assertThat(stuckAfter(0)).isFalse();
    assertThat(stuckAfter(10)).isFalse();
    assertThat(stuckAfter(1)).isTrue();
  }

  @Test
  void aReaderThatTakesSomethingIsOnlySlow() throws IOException {
    add(Connection.QUEUE_LIMIT + 1000);
    assertThat(stuckAfter(0)).isFalse();
    assertThat(stuckAfter(9)).isFalse();
    outbox.writeTo(new Channel(1));
    assertThat(stuckAfter(9)).isFalse();
    assertThat(stuckAfter(11)).isTrue();
  }

  @Test
  void aReaderOfALittleMayTakeItsTime() {
    add(Connection.QUEUE_LIMIT);
    assertThat(stuckAfter(0)).isFalse();
    assertThat(stuckAfter(3600)).isFalse();
  }

  @Test
  void farTooMuchIsTooMuchAtOnce() {
    add(4 * Connection.QUEUE_LIMIT + 1);
    assertThat(stuckAfter(0)).isTrue();
  }
}
