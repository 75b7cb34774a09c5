package stoa.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import stoa.daemon.Processes;

class CgroupsTest {
  @Test
  void whoHasLeftTheTreeEndsWithTheRest() throws Exception {
    assumeThat(Cgroups.counted()).as("groups can be made here").isNotEmpty();
    ProcessHandle away;
    try (Nest nest = Nest.make()) {
      List<String> words = new ArrayList<>(Cgroups.words(nest, Limits.DEFAULT));
      words.addAll(List.of("sh", "-c", "(setsid sleep 984 > /dev/null 2>&1 & echo $!)"));
      Process process = new ProcessBuilder(words).start();
      long pid = Long.parseLong(process.inputReader().readAllAsString().strip());
      process.waitFor();
      away = ProcessHandle.of(pid).orElseThrow();
      assertThat(process.descendants()).isEmpty();
    }
    Awaitility.await().until(() -> !Processes.isAlive(away));
  }
}
