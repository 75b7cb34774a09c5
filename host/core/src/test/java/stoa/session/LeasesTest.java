package stoa.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a host ends by itself, with a clock that the test moves.
class LeasesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<Someone> clients = new ArrayList<>();
  private int calls;
  private long now = 1_000_000_000_000L;
  private final Leases leases = new Leases(() -> clients, () -> calls, () -> now, LIMIT.toNanos());

  /// A client whose process may be stopped, or too busy to answer.
  private static final class Someone implements Leases.Client {
    private final Lease lease = new Lease();
    private boolean answers = true;
    private long reads = 1;
    private int asked;

    @Override
    public long reads() {
      return reads;
    }

    @Override
    public void ask() {
      asked++;
      if (answers) {
        reads++;
      }
    }

    @Override
    public Lease lease() {
      return lease;
    }
  }

  private Someone comes() {
    Someone client = new Someone();
    clients.add(client);
    return client;
  }

  /// @return after how many seconds the host was told to end; `seconds` if it was not
  private int pass(int seconds) {
    for (int passed = 1; passed <= seconds; passed++) {
      now += Leases.STEP;
      if (leases.expired()) {
        return passed;
      }
    }
    return seconds;
  }

  @Test
  void aHostThatNobodyUsesEndsAfterTheLimit() {
    assertThat(pass(100)).isEqualTo(60);
  }

  @Test
  void aClientThatAnswersKeepsItForEver() {
    Someone client = comes();
    assertThat(pass(10_000)).isEqualTo(10_000);
    assertThat(client.asked)
        .as("it is asked when it is silent, not all the time")
        .isLessThan(2_001);
    clients.clear();
    assertThat(pass(100)).isEqualTo(60);
  }

  @Test
  void aClientThatIsSilentLosesItsLeaseAndGetsItBackWithItsNextFrame() {
    Someone client = comes();
    client.answers = false;
    assertThat(pass(50)).isEqualTo(50);
    client.reads++; // it was computing
    assertThat(pass(1000)).as("its silence, then the limit").isEqualTo(15 + 60);
  }

  @Test
  void aStoppedClientKeepsItNotEvenBesideOthersThatCame() {
    comes().answers = false;
    Someone other = comes();
    assertThat(pass(500)).isEqualTo(500);
    clients.remove(other);
    assertThat(pass(500)).isEqualTo(60);
  }

  @Test
  void manyThatAreSilentAreNotAllAsked() {
    for (int i = 0; i < 10_000; i++) {
      comes();
    }
    assertThat(pass(1_000)).isEqualTo(1_000);
    assertThat(clients.stream().mapToInt(client -> client.asked).sum())
        .as("one each five seconds is enough to know that the host is used")
        .isBetween(150, 250);
  }

  @Test
  void oneThatAnswersKeepsTheHostAmongManyThatWereStopped() {
    for (int i = 0; i < 10_000; i++) {
      comes().answers = false;
    }
    Someone alive = comes();
    assertThat(pass(1_000)).isEqualTo(1_000);
    clients.remove(alive);
    assertThat(pass(1_000)).as("nobody who is left answers").isEqualTo(60);
  }

  @Test
  void aHostWhoseManyClientsWereAllStoppedEnds() {
    for (int i = 0; i < 10_000; i++) {
      comes().answers = false;
    }
    assertThat(pass(1_000))
        .as("until all were asked, their silence, then the limit")
        .isBetween(75, 85);
    assertThat(clients).allMatch(client -> client.asked > 0);
  }

  @Test
  void whoeverNobodyAskedBecauseAnotherWasHeardCountsUntilItIsAsked() {
    Someone talks = comes();
    comes().answers = false;
    for (int i = 0; i < 100; i++) {
      talks.reads++;
      assertThat(pass(1)).isEqualTo(1);
    }
    clients.remove(talks);
    assertThat(pass(1_000))
        .as("asked at once, ten seconds of silence, the limit")
        .isBetween(69, 71);
  }

  @Test
  void aCallOfSixMinutesOutlivesAnyIdleLimit() {
    calls = 1;
    assertThat(pass(360)).isEqualTo(360);
    calls = 0;
    assertThat(pass(100)).isEqualTo(60);
  }

  @Test
  void timeInWhichTheMachineWasSuspendedDoesNotCount() {
    comes();
    pass(2);
    now += Duration.ofHours(8).toNanos();
    assertThat(leases.expired()).isFalse();
    assertThat(pass(30)).isEqualTo(30);
    clients.clear();
    now -= Duration.ofHours(1).toNanos();
    assertThat(pass(100)).as("nor does a clock that goes back").isEqualTo(61);
  }
}
