package stoa.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessesTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void aProcessThatHasEndedAndWasNotReapedIsNotAlive() throws Exception {
    // The program that the shell becomes knows nothing of the child, which ends after that.
    Process parent =
        new ProcessBuilder("sh", "-c", "sleep 0.5 & echo $!; exec sleep 60 >/dev/null").start();
    try {
      long child = Long.parseLong(parent.inputReader().readLine());
      await().until(() -> !Processes.isAlive(child));
      assertThat(ProcessHandle.of(child)).as("it is still listed").isPresent();
      assertThat(Processes.isAlive(parent.pid())).isTrue();
    } finally {
      parent.destroyForcibly().waitFor();
    }
    assertThat(Processes.isAlive(parent.pid())).isFalse();
  }
}
