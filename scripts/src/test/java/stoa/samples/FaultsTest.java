package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Some of the faults of `scripts/faults/run`, each once; all of them under `-Pfull`.
@Timeout(1800)
class FaultsTest {
  private static final List<String> QUICK =
      List.of(
          "module_killed_while_it_starts",
          "module_killed_in_a_call",
          "module_killed_in_a_stream",
          "module_killed_with_a_channel",
          "client_stopped",
          "host_stopped",
          "thousand_connections",
          "disk_full_for_an_output",
          "module_killed_while_the_host_drains",
          "descriptors_exhausted",
          "home_deleted",
          "disk_full_for_the_log",
          "clock_jumps");

  private static final Duration LIMIT = Duration.ofMinutes(25);

  @Test
  void faultsCostWhatIsInFlightAndNothingElse() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc to look into");
    boolean full = Boolean.getBoolean("stoa.full");
    List<String> command = new ArrayList<>(List.of("scripts/faults/run"));
    if (!full) {
      command.add("--quick");
      command.addAll(QUICK);
    }
    Command run = Command.run(LIMIT, Command.ROOT, Map.of(), command);
    assertThat(run.exit()).as("%s%n%s", run.out(), run.err()).isZero();
  }
}
