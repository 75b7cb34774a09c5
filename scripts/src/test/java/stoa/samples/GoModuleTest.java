package stoa.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The module in Go, which has the generated protobuf classes and little else. Not run where there
/// is no Go, or an old one.
class GoModuleTest extends EchoModule {
  private static final Pattern VERSION = Pattern.compile("go1\\.([0-9]+)");

  GoModuleTest() {
    super("echo-go");
  }

  @Override
  @BeforeAll
  void build(@TempDir Path folder) throws Exception {
    assumeTrue(hasGo(), "there is no go of 1.23 or later on this machine");
    super.build(folder);
  }

  private static boolean hasGo() {
    try {
      Process go = new ProcessBuilder("go", "version").start();
      Matcher version = VERSION.matcher(new String(go.getInputStream().readAllBytes(), UTF_8));
      return version.find() && Integer.parseInt(version.group(1)) >= 23;
    } catch (IOException e) {
      return false;
    }
  }
}
