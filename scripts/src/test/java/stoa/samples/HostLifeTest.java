package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.host.Host;

/// What a host with real contexts takes and gives back, and how its modules change while it runs.
class HostLifeTest {
  @TempDir Path modules;

  @BeforeEach
  void place() throws IOException {
    write("version.js", "export const which = () => 1;");
    write("version2.py", "def which():\n    return 'py'\n");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(modules.resolve(file), text);
  }

  private Host host() {
    return TestHost.builder().modules(modules).log(_ -> {}).start();
  }

  @Test
  void aModuleReplacedByABrokenOneSaysSoAndTheNextGoodOneWorks() throws IOException {
    try (Host host = host()) {
      assertThat(host.module("version").call("which").asLong()).isEqualTo(1);
      write("version.js", "export const which = ( => 2;");
      assertThatThrownBy(() -> host.module("stoa").call("reload", "version"))
          .hasMessageContaining("version.js:1")
          .hasMessageContaining("Still running: version#");
      assertThat(host.module("version").call("which").asLong()).isEqualTo(1);
      write("version.js", "throw new Error('while loading');");
      assertThatThrownBy(() -> host.module("stoa").call("reload", "version"))
          .hasMessageContaining("while loading");
      write("version.js", "export const which = () => 3;");
      host.module("stoa").call("reload", "version");
      assertThat(host.module("version").call("which").asLong()).isEqualTo(3);
    }
  }

  @Test
  void aFilePlacedWhileTheHostRunsCanBeCalledAtOnce() throws IOException {
    try (Host host = host()) {
      host.module("version").call("which");
      write("late.js", "export const here = () => true;");
      assertThat(host.module("late").call("here").asBoolean()).isTrue();
    }
  }

  @Test
  void threadsDescriptorsHeapAndPropertiesAreAsBefore() throws IOException {
    use();
    Properties properties = (Properties) System.getProperties().clone();
    long heap = heap();
    Set<String> descriptors = descriptors();
    for (int i = 0; i < 5; i++) {
      use();
    }
    assertThat(System.getProperties()).isEqualTo(properties);
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(
                    thread -> thread.getName().matches("stoa-(version|timer|loop|cancel).*")));
    assertThat(descriptors()).hasSizeLessThanOrEqualTo(descriptors.size());
    // A context of JavaScript weighs about 1 MB, one of Python 10: five hosts that stayed would
    // show.
    assertThat(heap() - heap).isLessThan(15L << 20);
  }

  private void use() {
    try (Host host = host()) {
      assertThat(host.module("version").call("which").asLong()).isEqualTo(1);
      assertThat(host.module("version2").call("which").asText()).isEqualTo("py");
    }
  }

  private static long heap() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static Set<String> descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(String::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
