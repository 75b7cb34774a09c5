package stoa.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/// What came of an attempt.
///
/// @param told its answer, or why there is none
/// @param wrong what must not be
record Verdict(Attempt attempt, Lane lane, String told, List<String> wrong, Duration took) {
  void check() {
    assertThat(wrong).as("%s in %s, which %s", attempt, lane, attempt.does()).isEmpty();
  }
}
