package stoa.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LeftoversTest {
  private final String name = "STOA_TEST_OF_LEFTOVERS";
  private final String value = UUID.randomUUID().toString();
  private final Mark mark = new Mark(name + "=" + value);

  @AfterEach
  void endThem() {
    mark.carriers().forEach(ProcessHandle::destroyForcibly);
    await().until(() -> mark.carriers().isEmpty());
  }

  private Process start(String script) throws IOException {
    ProcessBuilder command = new ProcessBuilder("sh", "-c", script);
    command.environment().put(name, value);
    return command.start();
  }

  @Test
  void theBuildMarksThisJvm() {
    assertThat(Mark.ofThisJvm()).isPresent();
  }

  @Test
  void aProcessIsFoundByItsMarkAlone() throws Exception {
    Process marked = start("exec sleep 600");
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      assertThat(mark.carriers()).containsExactly(marked.toHandle());
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void whoLeftItsFamilyIsFoundToo() throws Exception {
    Process parent = start("setsid sleep 600 >/dev/null & echo $!");
    long far = Long.parseLong(parent.inputReader().readLine());
    parent.waitFor();
    assertThat(mark.carriers()).extracting(ProcessHandle::pid).containsExactly(far);
  }

  @Test
  void whoDoesNotEndInTimeIsNamedAndEnded() throws Exception {
    Process left = start("exec sleep 600");
    assertThatThrownBy(() -> Leftovers.none(mark, Duration.ZERO))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a process behind")
        .hasMessageContaining(left.pid() + ", ")
        .hasMessageContaining("s old: ")
        .hasMessageContaining("sleep 600");
    assertThat(left.waitFor(30, TimeUnit.SECONDS)).as("it has ended").isTrue();
  }

  @Test
  void ofALongCommandLineTheEndsAreShown() throws Exception {
    start("read _; # " + "y".repeat(1000) + " for whom");
    assertThatThrownBy(() -> Leftovers.none(mark, Duration.ZERO))
        .hasMessageContaining("sh -c read _; # yyy")
        .hasMessageContaining(" ... ")
        .hasMessageContaining("yyy for whom");
  }

  @Test
  void whoEndsInTimeIsForgiven() throws Exception {
    start("exec sleep 0.3");
    assertThatCode(() -> Leftovers.none(mark, Duration.ofSeconds(30))).doesNotThrowAnyException();
  }
}
