package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.FailureException;
import stoa.daemon.Processes;
import stoa.host.RunningHost;
import stoa.value.Value;

/// Whoever is killed leaves nobody behind, not even those that tried to get away.
@Timeout(120)
class OrphansTest {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  @TempDir Path folder;
  private Process process;
  private RunningHost host;

  @BeforeEach
  void start() throws Exception {
    Path modules = Files.createDirectories(folder.resolve("modules/runaway"));
    Files.writeString(modules.resolve("module.toml"), "placement = \"native\"\n");
    Files.writeString(
        modules.resolve("main.py"),
        """
        import os, subprocess

        def ids():
            there = os.readlink("/proc/self")
            far = subprocess.Popen(["setsid", "sh", "-c", "trap '' TERM HUP; sleep 600 & wait"])
            return [int(there), far.pid]
        """);
    Path worker = Files.createDirectories(folder.resolve("modules/worker"));
    Files.writeString(worker.resolve("module.toml"), "placement = \"worker\"\n");
    Files.writeString(worker.resolve("main.mjs"), "export const one = () => 1;");
    ProcessBuilder command =
        new ProcessBuilder(
            Command.ROOT.resolve("stoa").toString(),
            "host",
            "--stdio",
            "--home",
            folder.toString());
    command.environment().putAll(Map.of("STOA_BUILD", "off", "STOA_JIT", "off"));
    command.environment().put("JAVA_HOME", System.getProperty("java.home"));
    process = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    host = RunningHost.over(process.getInputStream(), process.getOutputStream());
    host.module("runaway").call("ids");
    host.module("worker").call("one");
    assumeThat(host.module("stoa").call("status").at("children").asText())
        .as("namespaces work here")
        .contains("what a module starts ends with it");
  }

  @AfterEach
  void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  private static void goneInTime(Stream<ProcessHandle> processes) {
    List<ProcessHandle> all = processes.toList();
    await().atMost(LIMIT).untilAsserted(() -> assertThat(all).noneMatch(Processes::isAlive));
  }

  @Test
  void aKilledHostTakesAllWithIt() {
    List<ProcessHandle> all = descendants();
    assertThat(all).as("guards, inits, module, shell, sleep, worker").hasSizeGreaterThan(5);
    process.destroyForcibly();
    goneInTime(all.stream());
  }

  @Test
  void aKilledModuleTakesWithItWhatItStarted() throws IOException {
    ProcessHandle module =
        descendants().stream()
            .filter(each -> each.info().command().orElse("").contains("python"))
            .findAny()
            .orElseThrow();
    List<ProcessHandle> sleepers =
        descendants().stream()
            .filter(each -> each.info().command().orElse("").endsWith("sleep"))
            .toList();
    assertThat(sleepers).hasSize(1);
    module.destroyForcibly();
    goneInTime(Stream.concat(Stream.of(module), sleepers.stream()));
    assertThat(answers()).isTrue();
  }

  /// The end of the module may be seen by a call first.
  private boolean answers() {
    try {
      return host.module("runaway").call("ids") instanceof Value.Sequence;
    } catch (FailureException e) {
      return host.module("runaway").call("ids") instanceof Value.Sequence;
    }
  }
}
