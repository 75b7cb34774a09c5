package stoa.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.client.ModuleClient;
import stoa.grant.Policy;
import stoa.module.Grant;
import stoa.process.Children;
import stoa.process.Confining;
import stoa.process.Quarters;
import stoa.process.Sdk;
import stoa.router.Identity;
import stoa.router.Meetings;
import stoa.router.ModulesFolder;
import stoa.router.Timer;
import stoa.sandbox.Level;
import stoa.sandbox.Programs;
import stoa.value.Arguments;
import stoa.value.Value;
import stoa.wire.Loop;

/// Programs of modules, in the sandbox of this machine, and of the user.
@Timeout(60)
class RunTest {
  @TempDir Path temporary;
  private Path home;
  private Policy policy;
  private Timer timer;
  private Loop loop;
  private Children children;
  private Outside stoa;

  @BeforeEach
  void start() throws IOException {
    home = temporary.toRealPath();
    Files.createDirectories(home.resolve("modules/words"));
    Files.writeString(home.resolve("modules/words/main.js"), "");
    policy =
        new Policy(
            Optional.of(home.resolve("grants.toml")), Optional.of(home.resolve("data")), Map.of());
    timer = new Timer("test-timer");
    loop = Loop.start("test-loop");
    open(Confining.BEST);
  }

  private void open(Confining confining) {
    Meetings meetings = new Meetings();
    ModulesFolder folder = new ModulesFolder(home.resolve("modules"));
    Quarters quarters = new Quarters(policy, confining, List.of(), () -> meetings, folder::minimum);
    children = new Children(new Sdk(Optional.empty()), timer, () -> loop, quarters);
    stoa =
        new Outside(
            policy,
            folder,
            (module, words) ->
                module.isPresent()
                    ? children.run(module.get(), policy.access(module.get()), words)
                    : children.run(words));
  }

  @AfterEach
  void stop() {
    stoa.close();
    children.close();
    timer.close();
    loop.close();
  }

  private void grant(String... grants) throws IOException {
    List<Grant> given = List.of(grants).stream().map(Grant::of).toList();
    policy.change("words", entry -> entry.with(given));
  }

  private Value module(Object... arguments) {
    return new ModuleClient(stoa.as(new Identity.Module("words", "words#1")), "stoa")
        .call("run", arguments);
  }

  private Value user(Object... arguments) {
    return new ModuleClient(stoa.as(Identity.User.HOST), "stoa").call("run", arguments);
  }

  private static Failure failure(Runnable call) {
    try {
      call.run();
      throw new AssertionError("it did not fail");
    } catch (FailureException e) {
      return e.failure();
    }
  }

  private static String text(Value result, String part) {
    return ((Value.Bytes) result.at(part)).value().toStringUtf8();
  }

  private static int code(Value result) {
    return Math.toIntExact(((Value.Int) result.at("code")).value());
  }

  @Test
  void aProgramThatWasGrantedShowsNothingBesideIt() throws IOException {
    Path app = Files.createDirectories(home.resolve("app/bin"));
    Files.writeString(home.resolve("app/secret"), "a secret");
    Path tool = app.resolve("tool");
    Files.writeString(tool, "#!/bin/sh\necho runs; cat " + home.resolve("app/secret"));
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    grant("run=" + tool);
    assertThat(text(module(tool.toString()), "out")).isEqualTo("runs\n");
    grant("read=" + home.resolve("app"));
    assertThat(text(module(tool.toString()), "out")).isEqualTo("runs\na secret");
  }

  @Test
  void aProgramIsNotRunBelowTheLevelThatTheManifestOfItsModuleWants() throws IOException {
    stoa.close();
    children.close();
    open(new Confining(Level.LANDLOCK, Level.NONE));
    grant("run=true");
    assertThat(module("true").at("code").asLong()).isZero();
    Files.writeString(home.resolve("modules/words/module.toml"), "minimum = \"bubblewrap\"\n");
    assertThatThrownBy(() -> module("true"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("true")
        .hasMessageContaining("`bubblewrap` or better");
  }

  @Test
  void aProgramEndsWhenSomethingIsTakenFromItsModule() throws Exception {
    policy.listen(stoa);
    grant("run=sh", "env=HOME");
    CompletableFuture<Value> running =
        new ModuleClient(stoa.as(new Identity.Module("words", "words#1")), "stoa")
            .callAsync("run", "sh", List.of("-c", "echo > began; exec sleep 100"));
    await().until(() -> Files.exists(home.resolve("data/words/began")));
    policy.change("words", entry -> entry.without(Set.of(Grant.of("env=HOME")), false));
    assertThatThrownBy(running::get)
        .hasMessageContaining("something was taken from what `words` may do");
    await().until(() -> ProcessHandle.current().descendants().noneMatch(RunTest::isSleep));
    assertThat(code(module("sh", List.of("-c", "exit 3")))).isEqualTo(3);
  }

  private static boolean isSleep(ProcessHandle process) {
    return process.info().commandLine().orElse("").endsWith("sleep 100");
  }

  @Test
  void aProgramThatUsesTooMuchIsKilledAndTheQuotaNamed() throws IOException {
    grant("run=sh");
    Failure many =
        failure(() -> module("sh", List.of("-c", "for i in $(seq 600); do sleep 9 & done; wait")));
    assertThat(many.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(many.details()).containsEntry("quota", "processes").containsKeys("used", "max");
    String eat = "perl -e '$x = q(x) x 400_000_000; sleep 60'";
    Failure much =
        failure(
            () -> module("sh", List.of("-c", String.join(" & ", eat, eat, eat, eat) + "; wait")));
    assertThat(much.details()).containsEntry("quota", "memory").containsEntry("max", "1073741824");
    assertThat(much.help()).contains("stoa grant words host=memory:2g");
  }

  @Test
  void aGrantOfMemoryGivesIt() throws IOException {
    grant("run=perl");
    List<String> eats = List.of("-e", "$size = 1_300_000_000; $x = q(x) x $size; print length $x");
    assertThat(failure(() -> succeed(module("perl", eats))).message()).isNotEmpty();
    grant("host=memory:3g");
    assertThat(text(module("perl", eats), "out")).isEqualTo("1300000000");
  }

  /// The kernel refuses memory to one process, which says so and ends; of several it ends one.
  private static void succeed(Value result) {
    if (code(result) != 0) {
      throw new FailureException(Failure.of(Code.RESOURCE_EXHAUSTED, text(result, "err"), ""));
    }
  }

  @Test
  void aProgramGivesItsCodeAndWhatItWrote() throws IOException {
    grant("run=sh");
    for (Value result :
        List.of(
            user("sh", List.of("-c", "cat; echo bad >&2; exit 3"), "hello"),
            module("sh", List.of("-c", "cat; echo bad >&2; exit 3"), "hello"))) {
      assertThat(code(result)).isEqualTo(3);
      assertThat(text(result, "out")).isEqualTo("hello");
      assertThat(text(result, "err")).isEqualTo("bad\n");
    }
  }

  @Test
  void argumentsAreNoShellWords() throws IOException {
    grant("run=printf");
    Value result = module("printf", List.of("%s|", "a b", "$HOME", "*; echo x", "", "`id`"));
    assertThat(text(result, "out")).isEqualTo("a b|$HOME|*; echo x||`id`|");
  }

  @Test
  void aModuleNeedsAGrantForTheProgram() throws IOException {
    Failure failure = failure(() -> module("sh", List.of("-c", "true")));
    assertThat(failure.code()).isEqualTo(Code.DENIED);
    assertThat(failure.message()).isEqualTo("`words` may not run `sh`.");
    assertThat(failure.help()).isEqualTo("To allow it: stoa grant words run=sh");
    assertThat(failure(() -> module("no-such-program")).code()).isEqualTo(Code.DENIED);
    assertThat(failure(() -> module("/bin/sh")).help()).endsWith("run=/bin/sh");
    grant("run=true");
    assertThat(code(module("true"))).isZero();
    assertThat(failure(() -> module("sh")).code()).isEqualTo(Code.DENIED);
    assertThat(failure(() -> module("./true")).code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure(() -> module("../bin/true")).code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure(() -> module("/usr/bin/../bin/sh")).code()).isEqualTo(Code.DENIED);
  }

  @Test
  void aGrantForAPathCoversTheNameThatMeansIt() throws IOException {
    Path program = Programs.onPath("printf").orElseThrow();
    grant("run=" + program);
    assertThat(text(module("printf", List.of("x")), "out")).isEqualTo("x");
    assertThat(text(module(program.toString(), List.of("x")), "out")).isEqualTo("x");
  }

  @Test
  void aProgramOfAModuleIsConfinedAsTheModule() throws IOException {
    Path secret = Files.writeString(home.resolve("secret.txt"), "secret");
    grant("run=sh");
    Value where = module("sh", List.of("-c", "pwd; echo mine > file; cat file"));
    assertThat(text(where, "out")).isEqualTo(home.resolve("data/words") + "\nmine\n");
    if (Confining.BEST.sandbox().level().isBelow(Level.LANDLOCK)) {
      return; // such a machine confines no files
    }
    Value read = module("sh", List.of("-c", "cat " + secret + "; echo end"));
    assertThat(text(read, "out")).isEqualTo("end\n");
  }

  @Test
  void whatIsNoProgramIsSaid() throws IOException {
    assertThat(failure(() -> user("no-such-program")).message())
        .isEqualTo("there is no program `no-such-program`.");
    assertThat(failure(() -> user(home.toString())).code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure(() -> user("true", "x")).message()).contains("must be a list of texts");
    assertThat(failure(() -> user("true", List.of(1))).message()).contains("must be text");
    assertThat(failure(() -> user("true", List.of("a\0b"))).message()).contains("must be text");
    assertThat(failure(() -> user("true", List.of(), 7)).message()).contains("text or bytes");
    assertThat(failure(() -> user("true", List.of(), "", -1)).message()).contains("timeout_ms");
    assertThat(failure(() -> user()).message()).contains("the program must be text");
    assertThat(failure(() -> user("true\0x")).code()).isEqualTo(Code.BAD_ARGUMENT);
  }

  @Test
  void inputThatIsNotWantedDoesNoHarm() {
    Value result = user("true", List.of(), new byte[10 << 20]);
    assertThat(code(result)).isZero();
  }

  @Test
  void muchInputAndOutputGoAtOnce() {
    byte[] much = "x".repeat(5 << 20).getBytes(StandardCharsets.UTF_8);
    assertThat(((Value.Bytes) user("cat", List.of(), much).at("out")).value().size())
        .isEqualTo(much.length);
  }

  @Test
  void tooMuchOutputEndsIt() throws IOException {
    grant("run=yes");
    Failure failure = failure(() -> module("yes"));
    assertThat(failure.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(failure.details())
        .containsEntry("quota", "output")
        .containsEntry("max", Integer.toString(8 << 20));
  }

  @Test
  void aProgramThatDoesNotEndInTimeIsKilledWithAllThatItStarted() throws IOException {
    grant("run=sh");
    long before = sleepers("987.5");
    Failure failure =
        failure(() -> module("sh", List.of("-c", "sleep 987.5 & sleep 987.5"), "", 500));
    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    await().until(() -> sleepers("987.5") == before);
  }

  @Test
  void whatAProgramLeavesBehindIsKilled() throws IOException {
    grant("run=sh");
    Value result = module("sh", List.of("-c", "sleep 986.5 & echo started"));
    assertThat(text(result, "out")).isEqualTo("started\n");
    await().until(() -> sleepers("986.5") == 0);
  }

  @Test
  void aCancelKillsIt() throws Exception {
    BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
    Invocation invocation =
        Invocation.of("stoa", "run", Payload.of(Arguments.of("sleep", List.of("985.5"))));
    Flow call = stoa.as(Identity.User.HOST).open(invocation, heard::add);
    await().until(() -> sleepers("985.5") > 0);
    call.send(new Signal.Cancel("enough"));
    Signal end = heard.poll(10, TimeUnit.SECONDS);
    assertThat(end)
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(Code.CANCELLED));
    await().atMost(Duration.ofSeconds(10)).until(() -> sleepers("985.5") == 0);
  }

  @Test
  void theEndOfTheHostKillsIt() {
    Invocation invocation =
        Invocation.of("stoa", "run", Payload.of(Arguments.of("sleep", List.of("984.5"))));
    var _ = stoa.as(Identity.User.HOST).open(invocation, _ -> {});
    await().until(() -> sleepers("984.5") > 0);
    stoa.close();
    await().until(() -> sleepers("984.5") == 0);
  }

  private static long sleepers(String time) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().arguments().stream())
        .filter(arguments -> List.of(arguments).contains(time))
        .count();
  }
}
