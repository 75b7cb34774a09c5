package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranges of versions, with the cases that people get wrong.
class VersionRangeTest {
  private static boolean fits(String range, String version) {
    return VersionRange.of(range).orElseThrow().includes(version);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "^1.2          ; 1.2.0 1.2.9 1.99.0          ; 1.1.9 2.0.0 2.0.0-rc.1 0.9.0",
        "^0.2          ; 0.2.0 0.2.9                 ; 0.3.0 0.1.9 1.2.0",
        "^0.0          ; 0.0.1 0.0.9 ; 0.1.0",
        ">1.2          ; 1.3.0 ; 1.2.9 1.2.0",
        "<=1.2         ; 1.2.9 1.0.0 ; 1.3.0",
        "> 1.2.3 < 2   ; 1.2.4 ; 1.2.3 2.0.0",
        "<1.2.0        ; 1.1.9 ; 1.2.0 1.2.0-beta",
        "1.2.3 - 2     ; 2.9.9 ; 3.0.0",
        "X             ; 5.0.0 ; 5.0.0-beta",
        "^0.0.3        ; 0.0.3                       ; 0.0.4 0.0.2 0.1.0",
        "^0            ; 0.0.1 0.9.0                 ; 1.0.0",
        "~1.2          ; 1.2.0 1.2.7                 ; 1.3.0 1.1.0",
        "~1.2.3        ; 1.2.3 1.2.9                 ; 1.2.2 1.3.0",
        "~1            ; 1.0.0 1.9.9                 ; 2.0.0",
        ">=1.2 <2      ; 1.2.0 1.9.9                 ; 1.1.0 2.0.0",
        ">=1.2, <2     ; 1.2.0 1.9.9                 ; 1.1.0 2.0.0",
        ">1.2.3        ; 1.2.4 9.0.0                 ; 1.2.3",
        "<=2.0.0       ; 2.0.0 0.1.0                 ; 2.0.1",
        "=1.2.3        ; 1.2.3 1.2.3+build.5         ; 1.2.4",
        "1.2.3         ; 1.2.3                       ; 1.2.4 1.3.0",
        "1.x           ; 1.0.0 1.9.0                 ; 2.0.0 0.9.9",
        "1.2.*         ; 1.2.0 1.2.8                 ; 1.3.0",
        "1.x || 3.x    ; 1.5.0 3.0.1                 ; 2.0.0 4.0.0",
        "1.2.3 - 2.3.4 ; 1.2.3 2.3.4                 ; 2.3.5 1.2.2",
        "*             ; 0.0.1 99.0.0                ; ",
        "^1.2.0-beta.2 ; 1.2.0-beta.2 1.2.0-beta.10 1.2.0 1.3.0 ; 1.2.0-beta.1 1.3.0-beta.3",
        "^1.2          ; 1.2                         ; 1.3.0-alpha",
      })
  void aRangeMeansWhatItMeansToNpmAndCargo(String range, String inside, String outside) {
    assertThat(inside.split(" ")).allMatch(version -> fits(range, version), range);
    if (outside != null) {
      assertThat(outside.split(" ")).noneMatch(version -> fits(range, version));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"latest", "^", "1.2.3.4", ">=", "one", "^1.2 ||", "[1,2)", "1..2", "^01.2"})
  void whatIsNoRangeIsSeen(String text) {
    assertThat(VersionRange.of(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "newest", "1.2.3.4"})
  void whatSaysNoVersionWillDoOnlyForThoseWhoTakeAny(String version) {
    assertThat(fits("*", version)).isTrue();
    assertThat(fits("", version)).isTrue();
    assertThat(fits(">=0", version)).isFalse();
  }
}
