package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;

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

  @Test
  void aReaderThatTakesNothingOfTooMuchForTenSecondsIsStuck() {
    add(Connection.QUEUE_LIMIT + 1);
    assertThat(stuckAfter(0)).isFalse();
    assertThat(stuckAfter(10)).isFalse();
    assertThat(stuckAfter(1)).isTrue();
  }

  @Test
  void aReaderThatTakesSomethingIsOnlySlow() {
    add(Connection.QUEUE_LIMIT + 1000);
    assertThat(stuckAfter(0)).isFalse();
    assertThat(stuckAfter(9)).isFalse();
    outbox.sent(1);
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
