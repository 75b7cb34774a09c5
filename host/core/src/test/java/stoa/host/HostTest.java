package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.value.Value;

/// The embedding API with modules written in Java: no GraalVM is on the class path of these tests.
class HostTest {
  @TempDir Path modules;
  private final List<Host> hosts = new ArrayList<>();

  private Host host(Map<String, JavaMethod> methods) {
    Host host = Host.builder().modules(modules).log(_ -> {}).start();
    hosts.add(host);
    host.register("sample", methods);
    return host;
  }

  @AfterEach
  void close() {
    hosts.forEach(Host::close);
  }

  private static Failure failureOf(ThrowingCallable call) {
    Failure[] caught = new Failure[1];
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FailureException.class, e -> caught[0] = e.failure());
    return caught[0];
  }

  record Count(String word, int times) {}

  interface Sample {
    String upper(String text);

    long add(long a, long b);

    List<Count> counts();

    Stream<Integer> numbers();

    CompletableFuture<String> later();

    Optional<String> nothing();

    Instant now();

    default String twice(String text) {
      return upper(text) + upper(text);
    }
  }

  private Host full() {
    return host(
        Map.of(
            "upper", call -> call.argument(0).asText().toUpperCase(Locale.ROOT),
            "add", call -> call.argument(0).asLong() + call.argument(1).asLong(),
            "counts", _ -> List.of(new Count("to", 2), new Count("be", 2)),
            "numbers", _ -> IntStream.range(0, 100).boxed(),
            "later", _ -> "done",
            "nothing", _ -> null,
            "now", _ -> Instant.EPOCH,
            "named", call -> call.argument("x"),
            "fails", _ -> Integer.parseInt("x"),
            "sleeps",
                _ -> {
                  TimeUnit.MINUTES.sleep(5);
                  return null;
                }));
  }

  @Test
  void javaCodeIsAModule() {
    assertThat(full().module("sample").call("add", 2, 3).asLong()).isEqualTo(5);
  }

  @Test
  void anInterfaceIsBoundToAModule() {
    Sample sample = full().bind("sample", Sample.class);
    assertThat(sample.upper("abc")).isEqualTo("ABC");
    assertThat(sample.add(40, 2)).isEqualTo(42);
    assertThat(sample.counts()).containsExactly(new Count("to", 2), new Count("be", 2));
    assertThat(sample.later().join()).isEqualTo("done");
    assertThat(sample.nothing()).isEmpty();
    assertThat(sample.now()).isEqualTo(Instant.EPOCH);
    assertThat(sample.twice("a")).isEqualTo("AA");
    try (Stream<Integer> numbers = sample.numbers()) {
      assertThat(numbers.mapToInt(i -> i).sum()).isEqualTo(4950);
    }
  }

  @Test
  void theRestOfAMethodOfVariableArityIsGivenOneByOne() {
    interface Variable {
      long add(long... all);

      String upper(String first, Object... rest);
    }

    Variable sample = full().bind("sample", Variable.class);
    assertThat(sample.add(40, 2)).isEqualTo(42);
    assertThat(sample.upper("abc")).isEqualTo("ABC");
  }

  @Test
  void aResultOfAnotherTypeNamesBoth() {
    interface Wrong {
      long upper(String text);
    }

    assertThatThrownBy(() -> full().bind("sample", Wrong.class).upper("x"))
        .hasMessageContaining("expected integer, got text \"X\"");
  }

  @Test
  void anExceptionArrivesWithTypeMessageAndTrace() {
    Failure failure = failureOf(() -> full().module("sample").call("fails"));
    assertThat(failure.code()).isEqualTo(Code.THREW);
    assertThat(failure.message()).startsWith("NumberFormatException: For input string");
    assertThat(failure)
        .isInstanceOfSatisfying(
            Failure.ByGuest.class,
            f -> {
              assertThat(f.thrown().module()).isEqualTo("sample");
              assertThat(f.thrown().frames())
                  .anyMatch(frame -> frame.function().contains("parseInt"));
            });
  }

  @Test
  void unknownNamesAreAnsweredWithTheNearest() {
    Host host = full();
    Failure module = failureOf(() -> host.module("sampel").call("add"));
    assertThat(module.code()).isEqualTo(Code.NO_SUCH_MODULE);
    assertThat(module.help()).isEqualTo("Did you mean `sample`?");
    Failure method = failureOf(() -> host.module("sample").call("ad"));
    assertThat(method.code()).isEqualTo(Code.NO_SUCH_METHOD);
    assertThat(method.help()).startsWith("Did you mean `add`?");
  }

  @Test
  void namesThatAreNoNamesNeverReachTheFileSystem() {
    Host host = full();
    for (String name : List.of("../etc", "a/b", "", "A", "x".repeat(64), "a.b", ".", "a\u0000b")) {
      Failure failure = failureOf(() -> host.module(name).call("x"));
      assertThat(failure.code()).isEqualTo(Code.NO_SUCH_MODULE);
      assertThat(failure.message()).contains("no name for a module");
    }
  }

  @Test
  void aTakenNameIsRefused() throws IOException {
    Host host = full();
    assertThat(failureOf(() -> host.register("sample", Map.of())).code())
        .isEqualTo(Code.NAME_TAKEN);
    Files.writeString(modules.resolve("onfile.js"), "");
    assertThat(failureOf(() -> host.register("onfile", Map.of())).code())
        .isEqualTo(Code.NAME_TAKEN);
    assertThat(failureOf(() -> host.register("No", Map.of())).code()).isEqualTo(Code.BAD_ARGUMENT);
  }

  @Test
  void aDeadlineEndsTheCallAndInterruptsTheHandler() {
    Failure failure =
        failureOf(() -> full().module("sample").within(Duration.ofMillis(100)).call("sleeps"));
    assertThat(failure.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(failure.message()).contains("`sample.sleeps`");
  }

  @Test
  void interruptingTheWaitingThreadCancelsTheCall() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    Host host =
        host(
            Map.of(
                "wait",
                _ -> {
                  running.countDown();
                  try {
                    TimeUnit.MINUTES.sleep(5);
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                  return null;
                }));
    Thread caller =
        Thread.ofPlatform().start(() -> failureOf(() -> host.module("sample").call("wait")));
    assertThat(running.await(5, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    caller.join();
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStreamIsNotOneValue() {
    Failure failure = failureOf(() -> full().module("sample").call("numbers"));
    assertThat(failure.code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(failure.message()).contains("stream");
  }

  @Test
  void oneValueIsAlsoAStreamOfIt() {
    try (Stream<Value> stream = full().module("sample").stream("later")) {
      assertThat(stream.map(Value::asText)).containsExactly("done");
    }
  }

  @Test
  void dataThatIsNoValueIsRefusedWithItsClass() {
    assertThatThrownBy(() -> full().module("sample").call("upper", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void withoutAnEngineAScriptFileSaysWhichJarIsMissing() throws IOException {
    Files.writeString(modules.resolve("script.py"), "def f(): pass");
    Failure failure = failureOf(() -> full().module("script").call("f"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.help()).contains("stoa-polyglot-bridge");
  }

  @Test
  void twoFilesForOneNameAreRefused() throws IOException {
    Files.writeString(modules.resolve("twice.py"), "");
    Files.writeString(modules.resolve("twice.js"), "");
    Host host = full();
    Failure failure = failureOf(() -> host.module("twice").call("f"));
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message())
        .contains("more than once")
        .contains("twice.py")
        .contains("twice.js");
    assertThat(host.module("stoa").call("list").asList())
        .anyMatch(row ->
            row.at("name").equals(Value.of("twice")) && row.at("state").asText().equals("broken"));
  }

  @Test
  void aWrongManifestIsNamedWithItsLine() throws IOException {
    Path folder = Files.createDirectory(modules.resolve("typo"));
    Files.writeString(folder.resolve("main.py"), "");
    Files.writeString(folder.resolve("module.toml"), "instance = 3\n");
    assertThat(failureOf(() -> full().module("typo").call("f")).message())
        .contains("`instance` is no known key");
    Files.writeString(folder.resolve("module.toml"), "instances = \n");
    assertThat(failureOf(() -> hosts.getFirst().module("typo").call("f")).message())
        .contains("line 1");
    Files.writeString(folder.resolve("module.toml"), "instances = 0\n");
    assertThat(failureOf(() -> hosts.getFirst().module("typo").call("f")).message())
        .contains("1 to 64, was 0");
  }

  @Test
  void theHostListsWhatThereIs() throws IOException {
    Files.writeString(modules.resolve("other.js"), "");
    Files.writeString(modules.resolve("README.md"), "");
    assertThat(full().names()).containsExactly("events", "other", "sample", "stoa");
  }

  @Test
  void theHostReadsFilesForItsUserByTheirWholePath() throws IOException {
    Path file = Files.writeString(modules.resolve("a.json"), "[1]");
    assertThat(full().module("stoa").call("json", file.toString())).isEqualTo(Value.of(List.of(1)));
    assertThat(failureOf(() -> hosts.getFirst().module("stoa").call("json", "a.json")).message())
        .contains("must be the whole path");
  }

  @Test
  void twoHostsLiveSideBySideAndLeaveNoThread() {
    full();
    Host second = Host.builder().modules(modules.resolve("none")).log(_ -> {}).start();
    second.register("sample", Map.of("who", _ -> "second"));
    assertThat(second.module("sample").call("who").asText()).isEqualTo("second");
    assertThat(hosts.getFirst().module("sample").call("later").asText()).isEqualTo("done");
    failureOf(() -> second.module("sample").within(Duration.ofSeconds(5)).call("x"));
    second.close();
    assertThat(hosts.getFirst().module("sample").call("later").asText()).isEqualTo("done");
    hosts.getFirst().close();
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("stoa-")));
  }

  @Test
  void aFolderWithoutAMainFileSaysWhatIsMissing() throws IOException {
    Files.createDirectory(modules.resolve("half"));
    Failure failure = failureOf(() -> host(Map.of()).module("half").call("go"));
    assertThat(failure.code()).isEqualTo(Code.NO_SUCH_MODULE);
    assertThat(failure.message()).contains("`half`", "without a main file");
    assertThat(failure.help()).contains("main.mjs", "built");
  }
}
