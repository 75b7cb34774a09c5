package stoa.escapes;

import java.nio.file.Path;
import java.util.List;
import stoa.escapes.Attempt.Tongue;
import stoa.host.Host;
import stoa.host.HostBuilder;
import stoa.module.Placement;

/// One language in one placement.
record Lane(Tongue tongue, Placement placement) {
  /// Where Python's library is unpacked, by all tests of this module.
  static final Path CACHE = Path.of("target", "polyglot").toAbsolutePath();

  boolean holds(Attempt attempt) {
    return attempt.isTried(tongue, placement);
  }

  HostBuilder host(World world) {
    return Host.builder()
        .cache(CACHE)
        .sdk(world.sdk())
        .socket(world.hostSocket())
        .workerJvm(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
  }

  @Override
  public String toString() {
    return placement.id() + "-" + tongue.id();
  }
}
