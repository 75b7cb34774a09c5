package stoa.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharesTest {
  private static final long MIB = 1 << 20;

  private static boolean takes(Shares shares, String caller, long amount, long max) {
    return shares.take(caller, amount, max, "words#1") == null;
  }

  @Test
  void twoHalvesOfOneCallerLeaveNothingForOthersAndAreRefused() {
    Shares bytes = new Shares(Quota.QUEUED);
    assertThat(takes(bytes, "a", 32 * MIB, 64 * MIB)).isTrue();
    assertThat(takes(bytes, "a", 32 * MIB, 64 * MIB)).isFalse();
    assertThat(takes(bytes, "b", 32 * MIB, 64 * MIB)).as("nor has another one all").isFalse();
    assertThat(takes(bytes, "a", 20 * MIB, 64 * MIB)).isTrue();
    assertThat(takes(bytes, "b", 10 * MIB, 64 * MIB)).isTrue();
    assertThat(bytes.used()).isEqualTo(62 * MIB);
  }

  @Test
  void onePayloadThatIsAsLargeAsAllGoesWhereNothingElseWaits() {
    Shares bytes = new Shares(Quota.QUEUED);
    assertThat(takes(bytes, "a", 64 * MIB, 64 * MIB)).isTrue();
    bytes.giveBack("a", 64 * MIB);
    assertThat(takes(bytes, "b", 1, 64 * MIB)).isTrue();
    assertThat(takes(bytes, "a", 63 * MIB, 64 * MIB)).isFalse();
  }

  @Test
  void oneCallerHasNineOfTenCallsAndAllOfFew() {
    for (int max : new int[] {1, 2, 5, 9, 10, 100}) {
      Shares calls = new Shares(Quota.CALLS);
      int taken = 0;
      while (takes(calls, "a", 1, max)) {
        taken++;
      }
      assertThat(taken).isEqualTo(max < 10 ? max : max * 9 / 10);
    }
  }
}
