package stoa.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A make-believe machine for the launcher: its own JDKs, home folder, search path, and a checkout
/// whose distribution holds no jar. Its `java` is a script that tells how it was called, so nothing
/// here costs more than a shell.
record Machine(Path folder) {
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "cat",
          "find",
          "ls",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "rmdir",
          "sleep",
          "touch",
          "uname");

  /// Sets up a machine without any JDK. Its paths have spaces.
  static Machine in(Path folder) throws IOException {
    Machine machine = new Machine(folder.resolve("a machine"));
    Files.createDirectories(machine.tools());
    for (String tool : TOOLS) {
      script(machine.tools().resolve(tool), "exec " + onPath(tool) + " \"$@\"");
    }
    Files.createDirectories(machine.dist().resolve("lib"));
    Files.createDirectories(machine.dist().resolve("jit"));
    Files.writeString(machine.dist().resolve("classpath"), "a.jar\nb.jar\n");
    Files.writeString(machine.dist().resolve("classpath-client"), "b.jar\n");
    Files.writeString(machine.dist().resolve("classpath-lasting"), "../jit/j.jar\na.jar\nb.jar\n");
    Files.createFile(machine.dist().resolve(".stamp"));
    Files.copy(
        Path.of(System.getProperty("stoa.root"), "stoa"),
        machine.launcher(),
        StandardCopyOption.COPY_ATTRIBUTES);
    return machine;
  }

  Path checkout() {
    return folder.resolve("my checkout");
  }

  Path launcher() {
    return checkout().resolve("stoa");
  }

  Path dist() {
    return checkout().resolve("dist");
  }

  Path tools() {
    return folder.resolve("tools");
  }

  Path jdks() {
    return folder.resolve("system/usr/lib/jvm");
  }

  /// Puts a JDK of this version among those of the system.
  Path jdk(String name, String version) throws IOException {
    return jdk(jdks().resolve(name), version);
  }

  /// Puts a JDK of this version in that folder.
  static Path jdk(Path home, String version) throws IOException {
    Files.createDirectories(home);
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Nobody\"\nJAVA_RUNTIME_VERSION=\"%s+9\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, version));
    script(
        home.resolve("bin/java"),
        "printf 'java=%s\\ncwd=%s\\n' \"$0\" \"$PWD\"",
        "for argument; do printf 'arg=%s\\n' \"$argument\"; done");
    return home;
  }

  /// Makes this a checkout with sources, and `mvnw` a script of these lines.
  void buildsWith(String... lines) throws IOException {
    Files.createDirectories(source().getParent());
    Files.writeString(source(), "class A {}");
    Files.writeString(checkout().resolve("pom.xml"), "<project/>");
    script(checkout().resolve("mvnw"), lines);
  }

  Path source() {
    return checkout().resolve("spec/src/main/java/A.java");
  }

  /// As if everything had been built after it was written.
  void isBuilt() throws IOException {
    Files.writeString(dist().resolve(".stamp"), "");
    Files.setLastModifiedTime(
        dist().resolve(".stamp"), FileTime.from(Instant.now().plusSeconds(60)));
  }

  Run stoa(String... arguments) throws Exception {
    return run(Map.of(), folder, launcher(), arguments);
  }

  Run stoa(Map<String, String> environment, String... arguments) throws Exception {
    return run(environment, folder, launcher(), arguments);
  }

  Run run(Map<String, String> environment, Path cwd, Path launcher, String... arguments)
      throws Exception {
    return start(environment, cwd, launcher, arguments).end();
  }

  Started start(Map<String, String> environment, Path cwd, Path launcher, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(cwd.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> all = new HashMap<>();
    all.put("PATH", tools().toString());
    all.put("HOME", folder.resolve("home").toString());
    all.put("STOA_SYSTEM_ROOT", folder.resolve("system").toString());
    // What the launcher leaves behind is found by this.
    Optional.ofNullable(System.getenv("STOA_TEST_RUN"))
        .ifPresent(mark -> all.put("STOA_TEST_RUN", mark));
    all.putAll(environment);
    builder.environment().clear();
    builder.environment().putAll(all);
    return new Started(builder.start(), out, err);
  }

  static void script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path onPath(String tool) {
    for (String folder : System.getenv("PATH").split(":")) {
      Path file = Path.of(folder, tool);
      if (Files.isExecutable(file)) {
        return file.toAbsolutePath();
      }
    }
    throw new AssertionError("no `" + tool + "` on the PATH");
  }

  /// A launcher that runs.
  record Started(Process process, Path out, Path err) {
    boolean says(String words) throws IOException {
      return Files.readString(err).contains(words);
    }

    Run end() throws Exception {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the launcher hangs; it said: " + Files.readString(err));
      }
      return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  /// How a start ended, and what it printed.
  record Run(int exit, String out, String err) {
    /// What `java` was called with.
    List<String> arguments() {
      assertThat(exit).as(err).isZero();
      return out.lines()
          .filter(line -> line.startsWith("arg="))
          .map(line -> line.substring(4))
          .toList();
    }

    /// What the main class was called with.
    List<String> mainArguments() {
      List<String> all = arguments();
      return all.subList(all.indexOf("stoa.cli.Main") + 1, all.size());
    }

    /// The JDK that was started.
    Path jdk() {
      assertThat(exit).as(err).isZero();
      String java = out.lines().findFirst().orElseThrow().substring("java=".length());
      return Path.of(java).getParent().getParent();
    }

    String cwd() {
      return out.lines().skip(1).findFirst().orElseThrow().substring("cwd=".length());
    }
  }
}
