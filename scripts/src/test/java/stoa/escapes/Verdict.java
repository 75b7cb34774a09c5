package stoa.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/// What came of an attempt.
///
/// @param told its answer, or why there is none
/// @param wrong what must not be
record Verdict(Attempt attempt, Lane lane, String told, List<String> wrong, Duration took) {
  private static final int MOST = 2000;

  /// A line of the report.
  String line() {
    String cut = told.length() > MOST ? told.substring(0, MOST) : told;
    return "%s %s %d ms %s | %s"
        .formatted(
            lane, attempt, took.toMillis(), wrong.isEmpty() ? "ok" : "WRONG " + wrong, cut.strip());
  }

  /// Without a sandbox it gets what it wants.
  void checkSuccess() {
    assertThat(wrong)
        .as("%s in %s, which %s; it was told %s", attempt, lane, attempt.does(), line())
        .isNotEmpty();
  }

  void check() {
    assertThat(wrong).as("%s in %s, which %s", attempt, lane, attempt.does()).isEmpty();
  }
}
