package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.daemon.Processes;
import stoa.files.HostsFolder;
import stoa.grant.Protection;
import stoa.sandbox.Level;
import stoa.sandbox.Sandbox;
import stoa.value.Value;

/// Executables as modules: good ones, and all the ways to be a bad one. The good ones are this
/// JVM's own [EchoProgram].
class NativeModulesTest {
  /// The names of those that are this JVM's own.
  private static final String[] ALL = {
    "good", "reporter", "talker", "loud", "many", "bomb", "eater"
  };

  @TempDir Path modules;
  @TempDir Path elsewhere;
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
  private Host host;

  @BeforeEach
  void start() throws IOException {
    program("good", EchoProgram.script("stdio"));
    host =
        Host.builder()
            .modules(modules)
            .grants(EchoProgram.grants(elsewhere.resolve("grants.toml"), ALL))
            .activationLimit(Duration.ofSeconds(10))
            .log(line -> log.add(line.module() + ": " + line.text()))
            .start();
  }

  @AfterEach
  void noneIsDisturbed() {
    assertThat(host.module("good").call("echo", 5).asLong()).isEqualTo(5);
    host.close();
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  /// The process of a module that serves.
  private ProcessHandle process(String module) {
    host.module(module).call("id");
    return EchoProgram.process(module).orElseThrow();
  }

  private void program(String name, String script) throws IOException {
    Path file = modules.resolve(name);
    Files.writeString(file, script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Failure failureOf(ThrowingCallable call) {
    FailureException[] caught = new FailureException[1];
    assertThatThrownBy(call).isInstanceOfSatisfying(FailureException.class, e -> caught[0] = e);
    return caught[0].failure();
  }

  @Test
  void aProgramThatReportsOnTheSocketIsCalled() throws IOException {
    program("reporter", EchoProgram.script("socket"));
    assertThat(host.module("reporter").call("echo", "over the socket").asText())
        .isEqualTo("over the socket");
    assertThat(log).contains("reporter: a line on stdout");
  }

  @Test
  void aProgramMayCallOtherModules() throws IOException {
    program("reporter", EchoProgram.script("socket"));
    assertThat(host.module("reporter").call("forward", "good", "echo", 9).asLong()).isEqualTo(9);
  }

  @Test
  void tokensAreUsedOnceAndStrangersAreRefused() throws IOException {
    program("reporter", EchoProgram.script("socket"));
    assertThat(host.module("reporter").call("second").asText())
        .contains("only children of this host");
  }

  @Test
  void aFileThatIsNoProgramIsNamed() throws IOException {
    program("broken", "\u0001\u0002 not a program");
    Failure failure = failureOf(() -> host.module("broken").call("x"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("`broken`");
  }

  @Test
  void aProgramThatExitsAtOnceIsReportedWithItsLastWords() throws IOException {
    program("quitter", "#!/bin/sh\necho last words >&2\nexit 3\n");
    Failure failure = failureOf(() -> host.module("quitter").call("x"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("exit code 3");
    assertThat(failure.details().get("log")).isEqualTo("last words");
    assertThat(failure.help()).contains("protocol");
  }

  @Test
  void aProgramThatNeverAnswersIsGivenUpAndKilled() throws IOException {
    host.close();
    host =
        Host.builder()
            .modules(modules)
            .grants(elsewhere.resolve("grants.toml"))
            .activationLimit(Duration.ofSeconds(2))
            .log(_ -> {})
            .start();
    program("silent", "#!/bin/sh\nexec sleep 1000\n");
    Failure failure = failureOf(() -> host.module("silent").call("x"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("not ready after 2 s");
    Awaitility.await()
        .until(() ->
            ProcessHandle.current()
                .descendants()
                .noneMatch(p -> p.info().commandLine().orElse("").contains("sleep 1000")));
  }

  @Test
  void rubbishOnStdoutBecomesLogLines() throws IOException {
    program(
        "noisy", "#!/bin/sh\nprintf 'STOAX rubbish\\nmore\\n'\nhead -c 100000 /dev/zero\nexit 0\n");
    Failure failure = failureOf(() -> host.module("noisy").call("x"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(log)
        .contains("noisy: STOAX rubbish", "noisy: more")
        .contains("noisy: (100,000 bytes that are no text)")
        .hasSize(3);
  }

  @Test
  void rubbishAfterThePrefaceIsRefused() throws IOException {
    program(
        "liar", "#!/bin/sh\nprintf 'STOA1\\n\\377\\377\\377\\377\\377\\377\\377'\nsleep 1000\n");
    Failure failure = failureOf(() -> host.module("liar").call("x"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("broke the protocol");
  }

  @Test
  void aKilledProgramFailsItsCallsAndIsStartedAgain() throws Exception {
    ProcessHandle process = process("good");
    String id = host.module("good").call("id").asText();
    var never = host.module("good").callAsync("never");
    assertThat(host.module("good").call("echo", 1).asLong()).isEqualTo(1);
    process.destroyForcibly();
    assertThatThrownBy(never::get)
        .hasCauseInstanceOf(FailureException.class)
        .hasMessageContaining("killed by SIGKILL");
    assertThat(host.module("good").call("id").asText()).isNotEqualTo(id);
  }

  @Test
  void whatAKilledProgramWroteLastIsPartOfTheErrorOfItsCalls() throws IOException {
    program(
        "talker",
        EchoProgram.script("socket")
            .replace("exec ", "for i in $(seq 30); do echo line $i >&2; done\nexec "));
    ProcessHandle process = process("talker");
    var never = host.module("talker").callAsync("never");
    Awaitility.await().until(() -> log.contains("talker: line 30"));
    process.destroyForcibly();
    Failure failure = ((FailureException) catchThrowable(never::get).getCause()).failure();
    assertThat(failure.details())
        .containsEntry("signal", "SIGKILL")
        .containsEntry("restarts", "0")
        .doesNotContainKey("by");
    assertThat(failure.details().get("log").lines()).hasSize(20).contains("line 30");
    assertThat(failure.retryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdio", "socket"})
  void tenMegabytesOfTextBeforeAndAfterTheHandshakeChangeNoAnswer(String way) throws IOException {
    String line = "noise ".repeat(20).strip();
    String text = "yes '" + line + "' | head -c 12000000";
    program(
        "loud",
        EchoProgram.script(way)
            .replace("exec ", text + "\n" + text + " >&2\n(" + text + " >&2) &\nexec "));
    for (int i = 0; i < 100; i++) {
      assertThat(host.module("loud").call("echo", i).asLong()).isEqualTo(i);
    }
    Awaitility.await()
        .until(() -> log.stream().filter(("loud: " + line)::equals).count() == 300_000);
  }

  @Test
  void aCancelledCallThatGoesOnCostsTheProgramItsLife() {
    ProcessHandle process = process("good");
    Failure failure =
        failureOf(() -> host.module("good").within(Duration.ofMillis(200)).call("never"));
    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    Awaitility.await().until(() -> !Processes.isAlive(process));
  }

  @Test
  void aHundredFirstCallsStartOneProcess() {
    var calls = IntStream.range(0, 100).mapToObj(_ -> host.module("good").callAsync("id")).toList();
    assertThat(calls.stream().map(c -> c.join().asText()).distinct()).hasSize(1);
  }

  @Test
  void unloadEndsTheProcess() {
    ProcessHandle process = process("good");
    assertThat(host.module("stoa").call("unload", "good").asBoolean()).isTrue();
    Awaitility.await().until(() -> !Processes.isAlive(process));
    assertThat(host.module("stoa").call("unload", "good").asBoolean()).isFalse();
  }

  @Test
  void aProcessStartsAnewWhenItsGrantsChangeAndEndsWhenSomebodyEditsTheFile() throws IOException {
    String id = host.module("good").call("id").asText();
    host.module("stoa").call("grant", "good", "env=HOME");
    Awaitility.await().until(() -> !host.module("good").call("id").asText().equals(id));
    ProcessHandle process = process("good");
    EchoProgram.grants(elsewhere.resolve("grants.toml"), ALL);
    Awaitility.await().until(() -> !Processes.isAlive(process));
  }

  @Test
  void severalInstancesShareTheCalls() throws IOException {
    Path folder = Files.createDirectory(modules.resolve("many"));
    program("many/main", EchoProgram.script("stdio"));
    Files.writeString(folder.resolve("module.toml"), "instances = 3\n");
    host.module("many").call("id");
    Awaitility.await()
        .until(() -> host.module("stoa").call("describe", "many").at("instances").asLong() == 3);
    var ids =
        IntStream.range(0, 9)
            .mapToObj(_ -> host.module("many").call("id").asText())
            .distinct()
            .toList();
    assertThat(ids).hasSize(3);
  }

  @Test
  void anInterpreterThatIsMissingIsNamed() throws IOException {
    program("script", "#!/no/such/interpreter\n");
    Failure failure = failureOf(() -> host.module("script").call("x"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.help()).contains("#!");
    assertThat(Value.of(failure.message()).asText()).contains("`script`");
  }

  @Test
  void nothingIsLeftOfAProcessThatEndsAsTheHostDoes() throws IOException {
    program("talker", EchoProgram.script("socket").replace("exec ", "touch $TMPDIR/here\nexec "));
    ProcessHandle process = process("talker");
    Path nest;
    try (Stream<Path> nests = Files.list(HostsFolder.make())) {
      nest = nests.filter(it -> Files.exists(it.resolve("tmp/here"))).findFirst().orElseThrow();
    }
    process.destroyForcibly();
    host.close();
    assertThat(nest).doesNotExist();
    restart(Level.BUBBLEWRAP);
  }

  @Test
  void theReportIsThatOfTheSandboxInForce() {
    Sandbox sandbox = Sandbox.best();
    assertThat(host.module("stoa").call("describe", "good").at("protection"))
        .isEqualTo(
            Value.of(sandbox.protectionsOfProgram(false).stream().map(Protection::row).toList()));
    assertThat(host.module("stoa").call("status").at("sandbox").at("level").asText())
        .isEqualTo(sandbox.level().id());
  }

  // ---- what its first line names ----

  private Path executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// What a program says that ends at once.
  private String lastWordsOf(String module) {
    Failure failure = failureOf(() -> host.module(module).call("x"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    return failure.details().getOrDefault("log", "");
  }

  @Test
  void theHostRunsNothingThatAModuleNames() throws IOException {
    Path marker = elsewhere.toRealPath().resolve("marker");
    Path evil = modules.toRealPath().resolve("evil");
    for (String name :
        List.of(
            "python", "node", "bwrap", "setpriv", "unshare", "sh", "setsid", "prlimit", "perl")) {
      executable(evil.resolve("bin/" + name), "#!/bin/sh\necho ran > " + marker + "\n");
    }
    for (String named : List.of("/bin/python", "/bin/node", "/bin/bwrap")) {
      program("evil/main", "#!" + evil + named + "\n");
      failureOf(() -> host.module("evil").call("x"));
      host.module("stoa").call("unload", "evil");
      assertThat(marker).doesNotExist();
    }
  }

  @Test
  void anEmptyFirstLineShowsNothing() throws IOException {
    Path hosts = Path.of("pom.xml").toRealPath();
    program("empty", "#!\nhead -c 5 " + hosts + " >&2\necho said >&2\nexit 3\n");
    assertThat(lastWordsOf("empty")).contains("said").doesNotContain("<?xml");
  }

  @Test
  void anInterpreterInAnotherPlaceHasToBeGranted() throws IOException {
    Path app = elsewhere.toRealPath().resolve("app");
    Files.createDirectories(app.resolve("bin"));
    Path tool = Files.copy(Path.of("/bin/sh").toRealPath(), app.resolve("bin/tool"));
    Files.writeString(app.resolve("lib"), "its library");
    program("script", "#!" + tool + "\ncat " + app.resolve("lib") + " >&2\nexit 3\n");
    Failure failure = failureOf(() -> host.module("script").call("x"));
    assertThat(failure.code()).isEqualTo(Code.DENIED);
    assertThat(failure.help()).contains("stoa grant script read=" + tool);
    host.module("stoa").call("grant", "script", List.of("read=" + app));
    assertThat(lastWordsOf("script")).isEqualTo("its library");
  }

  @Test
  void theInterpretersOfModulesNeedNoGrant() throws IOException {
    for (String name : List.of("node", "python3")) {
      Path main =
          executable(
              modules.resolve("plain-" + name + "/main"),
              "#!/usr/bin/env " + name + "\nnothing_of_the_kind()\n");
      assertThat(main).exists();
      assertThat(lastWordsOf("plain-" + name)).containsPattern("nothing_of_the_kind");
    }
  }

  private void restart(Level level) {
    restart(level, Level.NONE);
  }

  private void restart(Level level, Level minimum) {
    host.close();
    host =
        Host.builder()
            .modules(modules)
            .grants(elsewhere.resolve("grants.toml"))
            .sandbox(level)
            .minimum(minimum)
            .log(line -> log.add(line.module() + ": " + line.text()))
            .start();
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void aForkBombCostsItsModuleAndNobodyElse(Level level) throws IOException {
    restart(level);
    // No more than 800, which are gone in a while: what is tested here need not work.
    program("bomb", EchoProgram.script("stdio"));
    host.module("good").call("echo", 1);
    Failure failure =
        failureOf(
            () -> host.module("bomb").call("shell", "for i in $(seq 800); do sleep 9 & done"));
    assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure.details()).containsEntry("quota", "processes").containsEntry("max", "512");
    assertThat(failure.message()).contains("more than 512 processes");
  }

  @ParameterizedTest
  @EnumSource(Level.class)
  void memoryOfManyProcessesIsCountedTogether(Level level) throws IOException {
    restart(level);
    String eat = "perl -e '$x = q(x) x 400_000_000; sleep 60'";
    Failure failure = failureOfEaters(eat);
    assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure.details()).containsEntry("quota", "memory");
    assertThat(failure.help()).contains("stoa grant eater host=memory:");
  }

  /// Where groups count, the kernel kills what grows faster than anybody can look, and the module
  /// does not notice.
  @Test
  void memoryThatIsTakenAtOnceIsTakenByTheModule() throws IOException {
    String eat = "perl -e '$size = 900_000_000; $x = q(x) x $size; sleep 60'";
    Failure failure = failureOfEaters(eat);
    assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure.details()).containsEntry("quota", "memory").containsKeys("used", "max");
  }

  private Failure failureOfEaters(String eat) throws IOException {
    program("eater", EchoProgram.script("stdio"));
    String four = String.join(" & ", eat, eat, eat, eat);
    return failureOf(() -> host.module("eater").call("shell", four));
  }

  @Test
  void belowTheLevelThatItsManifestWantsNothingStarts() throws IOException {
    restart(Level.REDUCED);
    Path folder = Files.createDirectory(modules.resolve("many"));
    program("many/main", EchoProgram.script("stdio"));
    Files.writeString(folder.resolve("module.toml"), "minimum = \"landlock\"\n");
    Failure failure = failureOf(() -> host.module("many").call("id"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("`landlock`", "`reduced`");
    assertThat(failure.help()).contains("no better one than `reduced`");
    Files.writeString(folder.resolve("module.toml"), "minimum = \"reduced\"\n");
    assertThat(host.module("many").call("echo", 3).asLong()).isEqualTo(3);
    Path other = Files.createDirectory(modules.resolve("other"));
    program("other/main", EchoProgram.script("stdio"));
    Files.writeString(other.resolve("module.toml"), "minimum = \"much\"\n");
    Failure wrong = failureOf(() -> host.module("other").call("id"));
    assertThat(wrong.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(wrong.message()).contains("`minimum` is `much`", "`landlock`");
  }

  @Test
  void belowTheLevelThatTheHostWantsNothingStarts() throws IOException {
    restart(Level.REDUCED, Level.NAMESPACES);
    Failure failure = failureOf(() -> host.module("good").call("id"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message()).contains("this host wants", "`namespaces`", "`reduced`");
    Path marker = elsewhere.resolve("marker");
    program("shell", "#!/bin/sh\ntouch " + marker + "\n");
    host.module("stoa").call("grant", "shell", List.of("write=" + elsewhere));
    failureOf(() -> host.module("shell").call("x"));
    assertThat(marker).as("not even tried").doesNotExist();
    assertThat(host.module("stoa").call("status").at("sandbox").at("minimum").asText())
        .isEqualTo("namespaces");
    restart(Level.REDUCED);
  }
}
