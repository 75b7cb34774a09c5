package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.conform.Case;
import stoa.conform.Door;
import stoa.conform.Kit;
import stoa.conform.Outcome;
import stoa.conform.Subject;
import stoa.host.Host;
import stoa.host.HostBuilder;
import stoa.host.LogLine;
import stoa.module.Placement;
import stoa.sandbox.Level;
import stoa.value.Value;

/// The ways in which the conformance kit meets a module, each in a host of its own.
///
/// @param folder where the modules are put
record ConformanceColumns(Path folder) {
  static final Path MODULES = Command.ROOT.resolve("spec/conformance/modules");
  private static final Path SDK = Path.of(System.getProperty("stoa.dist"), "sdk").toAbsolutePath();
  private static final List<String> COPIES = List.of("one", "two");

  /// The two languages that have an SDK.
  enum Guest {
    JAVASCRIPT("mjs", "javascript", "node", "node '%s/run.js'"),
    PYTHON(
        "py", "python", "python3", "PYTHONPATH='%s' PYTHONDONTWRITEBYTECODE=1 python3 -m stoa.run");

    private final String ending;
    private final String sdk;
    private final String program;
    private final String runner; // a command of the shell

    Guest(String ending, String sdk, String program, String runner) {
      this.ending = ending;
      this.sdk = sdk;
      this.program = program;
      this.runner = runner;
    }

    Path module() {
      return MODULES.resolve("conformance." + ending);
    }
  }

  /// One run of all cases.
  interface Column {
    Map<Case, Outcome> run() throws Exception;
  }

  /// As a source file in a placement.
  Map<Case, Outcome> file(Guest guest, Placement placement) throws Exception {
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    try (Host host = host(copies(guest), log).placement(placement).start()) {
      return Kit.run(new Subject(host, Door.of(host), "one", "two", log));
    }
  }

  /// As a source file in a context, called from a client over the host's socket.
  Map<Case, Outcome> throughSocket(Guest guest) throws Exception {
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    Path socket = folder.resolve("client.sock");
    try (Host host = host(copies(guest), log).socket(socket).start();
        SocketClient client = new SocketClient(socket)) {
      return Kit.run(new Subject(host, client.door(), "one", "two", log));
    }
  }

  /// As an executable that talks on its standard streams.
  Map<Case, Outcome> stdio(Guest guest) throws Exception {
    Path modules = Files.createTempDirectory(folder, "stdio");
    for (String name : COPIES) {
      executable(
          modules.resolve(name),
          "unset STOA_SOCKET; %s '%s'"
              .formatted(guest.runner.formatted(SDK.resolve(guest.sdk)), guest.module()));
    }
    return programs(modules);
  }

  /// The executables are in one folder, and what they run in others, which a sandbox would not
  /// show.
  private Map<Case, Outcome> programs(Path modules) throws Exception {
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    try (Host host = host(modules, log).sandbox(Level.NONE).start()) {
      return Kit.run(new Subject(host, Door.of(host), "one", "two", log));
    }
  }

  /// As a process that comes to the host's socket by itself; in the end it goes.
  Map<Case, Outcome> visitor(Guest guest) throws Exception {
    Path socket = folder.resolve(guest.sdk + ".sock");
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    List<Process> visitors = new ArrayList<>();
    try (Host host = host(folder.resolve("none"), log).socket(socket).start()) {
      for (String name : COPIES) {
        visitors.add(visit(guest, name, socket));
      }
      Map<Case, Outcome> outcomes = Kit.run(new Subject(host, Door.of(host), "one", "two", log));
      goes(host, visitors.getLast());
      return outcomes;
    } finally {
      visitors.forEach(Process::destroyForcibly);
    }
  }

  /// What the visitor `two` owned is lost with it, and its open calls are.
  private static void goes(Host host, Process visitor) throws Exception {
    Value.Reference account = (Value.Reference) host.module("two").call("open", 1);
    CompletableFuture<Value> open = host.module("two").callAsync("sleep", 60_000);
    assertThat(host.object(account).call("add", 1).asLong()).isEqualTo(2);
    visitor.destroyForcibly().waitFor();
    assertThatThrownBy(open::get).cause().satisfies(ConformanceColumns::isLost);
    // Its calls fail before the host has forgotten what it owned.
    await().until(() -> !host.module("stoa").call("references").toString().contains("two#"));
    assertThatThrownBy(() -> host.object(account).call("value"))
        .satisfies(ConformanceColumns::isLost)
        .hasMessageContaining("two#");
  }

  private static void isLost(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure().code()).isEqualTo(Code.LOST));
  }

  private static Process visit(Guest guest, String name, Path socket) throws IOException {
    Path program = MODULES.resolve("visitor." + guest.ending);
    ProcessBuilder builder =
        new ProcessBuilder(
                guest.program, program.toString(), SDK.resolve(guest.sdk).toString(), name)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("STOA_HOST", socket.toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    BufferedReader said = process.inputReader();
    assertThat(said.readLine()).isEqualTo("here");
    return process;
  }

  Map<Case, Outcome> java() throws Exception {
    Collection<LogLine> log = new ConcurrentLinkedQueue<>();
    try (Host host = host(folder.resolve("none"), log).start()) {
      for (String name : COPIES) {
        host.register(name, new JavaConformance(host, name).methods());
      }
      return Kit.run(new Subject(host, Door.of(host), "one", "two", log));
    }
  }

  /// @param words comes before the program: what makes it talk on the socket or on its streams
  Map<Case, Outcome> c(String words) throws Exception {
    Path program = echoInC();
    Path modules = Files.createTempDirectory(folder, "c");
    for (String name : COPIES) {
      executable(modules.resolve(name), words + " exec '" + program + "'");
    }
    return programs(modules);
  }

  /// The example in C, built.
  Path echoInC() throws Exception {
    Path build = Files.createTempDirectory(folder, "build");
    for (String file : List.of("main.c", "Makefile")) {
      Files.copy(Command.ROOT.resolve("scripts/modules/echo-c/" + file), build.resolve(file));
    }
    Command.run(build, Map.of(), List.of("make", "-s")).succeeded();
    return build.resolve("main");
  }

  private static HostBuilder host(Path modules, Collection<LogLine> log) {
    return TestHost.builder()
        .modules(modules)
        .sdk(SDK)
        .activationLimit(Duration.ofMinutes(5)) // several begin at a time
        .log(log::add);
  }

  private Path copies(Guest guest) throws IOException {
    Path modules = Files.createTempDirectory(folder, guest.sdk);
    for (String name : COPIES) {
      Files.copy(guest.module(), modules.resolve(name + "." + guest.ending));
    }
    return modules;
  }

  private static void executable(Path file, String command) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + command + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
