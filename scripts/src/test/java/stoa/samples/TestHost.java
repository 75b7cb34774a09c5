package stoa.samples;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import stoa.host.Host;
import stoa.host.HostBuilder;

/// Hosts of tests.
public final class TestHost {
  private static final Path DIST = Path.of(System.getProperty("stoa.dist"));

  /// Where Python's library is unpacked, by all tests of this module.
  public static final Path CACHE = Path.of("target", "polyglot").toAbsolutePath();

  private TestHost() {}

  /// With what engines unpack kept for the next test, and workers that do not live long.
  public static HostBuilder builder() {
    return Host.builder().cache(CACHE).sdk(DIST.resolve("sdk")).workerJvm(workerJvm());
  }

  /// From the distribution and its ahead-of-time cache if it has one: Python is there in half the
  /// time.
  private static List<String> workerJvm() {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                "-Xlog:all=warning,aot=off,cds=off:stderr"));
    try {
      Path dist = DIST.toRealPath(); // as the launcher writes it: the cache knows no other
      String build = System.getProperty("java.runtime.version");
      options.add("-XX:AOTCache=" + dist.resolve("aot/one-shot-" + build + ".aot"));
      options.add("-cp");
      options.add(
          Files.readAllLines(dist.resolve("classpath")).stream()
              .map(jar -> dist.resolve("lib").resolve(jar).toString())
              .collect(Collectors.joining(File.pathSeparator)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return options;
  }
}
