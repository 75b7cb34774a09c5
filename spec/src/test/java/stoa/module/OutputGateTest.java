package stoa.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import stoa.limit.Limits;
import stoa.module.Surroundings.Line;
import stoa.module.Surroundings.Stream;

class OutputGateTest {
  private static final Line LINE = new Line(Stream.OUT, "x".repeat(980)); // 1,000 with all

  private long now;
  private final OutputGate gate = new OutputGate(100_000, () -> now);
  private final List<String> passed = new ArrayList<>();

  private int print(int lines) {
    passed.clear();
    int begun = 0;
    for (int i = 0; i < lines; i++) {
      begun += gate.pass(LINE, line -> passed.add(line.text())) ? 1 : 0;
    }
    return begun;
  }

  @Test
  void whatIsAllowedPasses() {
    assertThat(print(100)).isZero();
    assertThat(passed).hasSize(100).containsOnly(LINE.text());
    assertThat(gate.isClosed()).isFalse();
    assertThat(gate.used()).isEqualTo(100_000);
  }

  @Test
  void aFloodIsSaidOnceAndCounted() {
    assertThat(print(10_000)).isEqualTo(1);
    assertThat(passed).hasSizeBetween(101, 103).last().asString().startsWith("from here on");
    assertThat(gate.isClosed()).isTrue();
    assertThat(gate.missing()).isGreaterThan(9_800);
  }

  @Test
  void itOpensAgainWhenAnEighthHasGrownAndSaysWhatIsMissing() {
    print(200);
    long missing = gate.missing();
    now += Limits.OUTPUT_TIME.toNanos() / 10;
    print(1);
    assertThat(passed).isEmpty();
    now += Limits.OUTPUT_TIME.toNanos() / 20;
    print(3);
    assertThat(passed)
        .containsExactly(
            (missing + 1) + " lines are missing here: too much was printed",
            LINE.text(),
            LINE.text(),
            LINE.text());
  }

  @Test
  void itNeverHoldsMoreThanThereIs() {
    now += 10 * Limits.OUTPUT_TIME.toNanos();
    assertThat(print(150)).isEqualTo(1);
  }

  @Test
  void linesWithoutTextCountToo() {
    Line empty = new Line(Stream.OUT, "");
    for (int i = 0; i < 10_000; i++) {
      var _ = gate.pass(empty, line -> passed.add(line.text()));
    }
    assertThat(passed).hasSizeLessThan(5_100);
  }
}
