package stoa.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// GraalVM's compiler, taken from the class path.
class CompilerTest {
  private static final String[] COMPILING = {
    "-XX:+UnlockExperimentalVMOptions", "-XX:+EnableJVMCI"
  };

  /// The name of the engine alone proves nothing: a compiler that is not trusted fails at each
  /// function.
  @Test
  void compilesGuestsWithoutAnUpgradedModule() throws Exception {
    assertThat(hotGuest(COMPILING))
        .contains("opt done")
        .doesNotContain("opt fail")
        .doesNotContain("Interpreted");
  }

  @Test
  void isLeftAloneInAJvmThatDoesNotLetItIn() throws Exception {
    assertThat(hotGuest()).contains("Interpreted").doesNotContain("opt done");
  }

  @Test
  void ofAnotherShapeStopsTheBuild(@TempDir Path folder) throws Exception {
    Path jar = folder.resolve("compiler.jar");
    try (JarOutputStream out = new JarOutputStream(java.nio.file.Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("else"));
    }
    assertThatThrownBy(() -> CompilerPatch.main(new String[] {jar.toString(), folder.toString()}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has no jdk/graal/compiler/");
  }

  /// What [HotGuest] prints in a JVM with these options.
  private static String hotGuest(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream.of(options).forEach(command::add);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            HotGuest.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
