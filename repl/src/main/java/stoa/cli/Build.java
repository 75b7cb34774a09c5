package stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// Which program this is.
final class Build {
  private Build() {}

  static String version() {
    try (InputStream in =
        Build.class.getResourceAsStream("/META-INF/maven/dev.stoa/stoa-repl/pom.properties")) {
      if (in == null) {
        return "(not packaged)";
      }
      Properties pom = new Properties();
      pom.load(in);
      return pom.getProperty("version", "(unknown)");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The version, and when this distribution was laid out: a new build of one version is another
  /// program than the host that still runs.
  static String id() {
    try {
      return Files.readString(Path.of(System.getProperty("stoa.dist", "."), ".stamp")).strip();
    } catch (IOException e) {
      return version();
    }
  }
}
