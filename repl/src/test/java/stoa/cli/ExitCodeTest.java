package stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stoa.call.Failure.Code;

class ExitCodeTest {
  @ParameterizedTest
  @CsvSource({
    "THREW, 1",
    "NO_SUCH_METHOD, 1",
    "NAME_TAKEN, 1",
    "BAD_ARGUMENT, 1",
    "DENIED, 1",
    "RESOURCE_EXHAUSTED, 1",
    "UNSUPPORTED, 1",
    "LOST, 1",
    "DEADLOCK, 1",
    "NO_SUCH_MODULE, 69",
    "LOAD_FAILED, 69",
    "UNAVAILABLE, 69",
    "INTERNAL, 70",
    "DEADLINE_EXCEEDED, 124",
    "CANCELLED, 130",
  })
  void eachFailureHasItsExitCode(Code code, int expected) {
    assertThat(ExitCode.of(code)).isEqualTo(expected);
  }
}
