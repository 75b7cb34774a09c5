package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdlenessTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = 5 * SECOND;
  private Optional<Duration> taken = Optional.of(Duration.ofSeconds(30));
  private final Idleness idleness = new Idleness(() -> now, () -> taken);

  @Test
  void aProcessThatTakesLittleProcessorTimeIsIdle() {
    idleness.begin();
    passes(SECOND, 100);
    assertThat(idleness.ends()).isTrue();
  }

  @Test
  void aProcessThatComputesIsBusyUntilItHasStopped() {
    idleness.begin();
    passes(SECOND, 900);
    assertThat(idleness.ends()).isFalse();
    passes(SECOND, 0);
    assertThat(idleness.ends()).isTrue();
  }

  @Test
  void whatWasTakenBeforeTheWhileDoesNotCount() {
    idleness.begin();
    passes(SECOND, 1_000);
    idleness.begin();
    passes(SECOND, 10);
    assertThat(idleness.ends()).isTrue();
  }

  @Test
  void aSystemThatDoesNotTellIsTakenForIdle() {
    taken = Optional.empty();
    idleness.begin();
    now += SECOND;
    assertThat(idleness.ends()).isTrue();
  }

  private void passes(long nanos, long millisTaken) {
    now += nanos;
    taken = taken.map(before -> before.plusMillis(millisTaken));
  }
}
