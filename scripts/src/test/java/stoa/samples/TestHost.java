package stoa.samples;

import java.nio.file.Path;
import java.util.List;
import stoa.host.Host;
import stoa.host.HostBuilder;

/// Hosts of tests.
final class TestHost {
  private TestHost() {}

  /// With what engines unpack kept for the next test, and workers that do not live long.
  static HostBuilder builder() {
    return Host.builder()
        .cache(Path.of("target", "polyglot").toAbsolutePath())
        .workerJvm(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
  }
}
