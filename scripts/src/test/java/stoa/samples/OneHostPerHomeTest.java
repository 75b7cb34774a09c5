package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stoa.daemon.Processes;
import stoa.host.RunningHost;
import stoa.sandbox.Sandbox;
import stoa.value.Json;
import stoa.value.Value;

/// Commands that find or start the host of their home, as a user runs them.
@Timeout(150)
class OneHostPerHomeTest {
  @TempDir Path home;

  @BeforeEach
  void makeHome() throws IOException {
    Files.createDirectories(home.resolve("modules"));
    Files.writeString(
        home.resolve("modules/counter.mjs"),
        """
        let n = 0;
        export const next = () => ++n;
        export async function slow() { console.log("slowly"); await new Promise((done) => setTimeout(done, 700)); return "done"; }
        """);
    Files.createDirectory(
        home.resolve("run"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(stoa("stop", "--now").exit()).isZero();
  }

  private Command stoa(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(Command.ROOT.resolve("stoa").toString()));
    command.addAll(List.of(words));
    command.addAll(List.of("--home", home.toString()));
    return Command.run(
        home,
        Map.of(
            "STOA_BUILD",
            "off",
            "STOA_JIT",
            "off", // the host does not live long
            "XDG_RUNTIME_DIR",
            home.resolve("run").toString(),
            "XDG_STATE_HOME",
            home.resolve("state").toString()),
        command);
  }

  private CompletableFuture<Command> begin(String... words) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return stoa(words);
      } catch (Exception e) {
        throw new CompletionException(e);
      }
    });
  }

  private Value status() throws Exception {
    return Json.read(stoa("status", "--json").out());
  }

  @Test
  void manyCommandsAtOnceStartOneHostThatServesThemAll() throws Exception {
    int many = Boolean.getBoolean("stoa.full") ? 50 : 8;
    List<CompletableFuture<Command>> calls =
        IntStream.range(0, many).mapToObj(_ -> begin("call", "counter.next")).toList();
    List<Integer> numbers = new ArrayList<>();
    for (CompletableFuture<Command> call : calls) {
      Command done = call.get();
      assertThat(done.exit()).as(done.err()).isZero();
      numbers.add(Integer.parseInt(done.out().strip()));
    }
    assertThat(numbers)
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, many).boxed().toList());

    // Killed, it leaves a socket and a lock that hinder nobody.
    long pid = status().at("pid").asLong();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await().until(() -> !Processes.isAlive(pid));
    assertThat(stoa("call", "counter.next").out()).isEqualTo("1\n");
    assertThat(status().at("pid").asLong()).isNotEqualTo(pid);
  }

  @Test
  void aHostOnStandardStreamsServesWhoStartedItAndEndsWithThem() throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            Command.ROOT.resolve("stoa").toString(), "host", "--stdio", "--home", home.toString());
    command.environment().putAll(Map.of("STOA_BUILD", "off", "STOA_JIT", "off"));
    command.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process host = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (RunningHost frontend = RunningHost.over(host.getInputStream(), host.getOutputStream())) {
      assertThat(frontend.module("counter").call("next")).isEqualTo(Value.of(1));
    }
    assertThat(host.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(host.exitValue()).isZero();
  }

  @Test
  void aHomeWithoutModulesIsToldToBeOne() throws Exception {
    Files.delete(home.resolve("modules/counter.mjs"));
    Files.delete(home.resolve("modules"));
    Command call = stoa("call", "counter.next");
    assertThat(call.exit()).isEqualTo(69);
    assertThat(call.err()).contains("there is no folder " + home.resolve("modules"), "--home DIR");
  }

  @Test
  void stopWaitsForCallsUnderWayAndLeavesNothing() throws Exception {
    assertThat(stoa("status").exit()).isEqualTo(69);
    assertThat(stoa("start").out()).contains("run/stoa/");
    CompletableFuture<Command> slow = begin("call", "counter.slow");
    await().atMost(Duration.ofSeconds(20)).until(() -> status().at("calls").asLong() > 0);
    long pid = status().at("pid").asLong();
    assertThat(stoa("status").out())
        .containsPattern("\nsandbox +" + Sandbox.best().name() + "\\b")
        .containsPattern("\n +context +worker +native\n")
        .containsPattern("\nother modules +enforced ");
    assertThat(stoa("stop").exit()).isZero();
    assertThat(slow.get().out()).as(slow.get().err()).isEqualTo("\"done\"\n");
    await().until(() -> !Processes.isAlive(pid));
    assertThat(status().at("running")).isEqualTo(Value.of(false));
    assertThat(home.resolve("run/stoa")).isDirectoryNotContaining("glob:**/host");
    Value logged = Json.read(stoa("logs", "counter", "--json").out());
    assertThat(logged.at("text").asText()).isEqualTo("slowly");
    assertThat(logged.at("instance").asText()).isEqualTo("counter#1");
    assertThat(logged.at("call").asText()).isEqualTo("counter.slow");
  }

  @Test
  void whatModulesWriteForACallIsShownBesideItsResult() throws Exception {
    Files.writeString(
        home.resolve("modules/outer.mjs"),
        """
        import stoa from "stoa";
        export async function ask() { console.log("asking"); return await stoa.module("inner").answer(); }
        """);
    Files.writeString(
        home.resolve("modules/inner.mjs"),
        "export function answer() { console.log('answering'); return 7; }");
    Command call = stoa("call", "outer.ask").succeeded();
    assertThat(call.out()).isEqualTo("7\n");
    assertThat(call.err()).contains("[outer] asking\n[inner] answering\n");
    Files.writeString(
        home.resolve("script.mjs"),
        "import stoa from 'stoa'; export const main = () => stoa.module('outer').ask();");
    Command run = stoa("run", home.resolve("script.mjs").toString()).succeeded();
    assertThat(run.out()).isEqualTo("7\n");
    assertThat(run.err()).contains("[outer] asking\n[inner] answering\n");
    Files.writeString(home.resolve("items.ndjson"), "[]\n");
    Command batch =
        stoa("batch", "outer.ask", "--spread", "--input", home.resolve("items.ndjson").toString());
    // The summary stands anywhere among them: they come by another way.
    assertThat(batch.succeeded().err()).contains("[outer] asking\n", "[inner] answering\n");
  }

  @Test
  void aModuleIsLoadedAnewInTheHostThatRunsWhichTellsWhatItDecided() throws Exception {
    assertThat(stoa("why", "counter").exit()).isEqualTo(69);
    assertThat(stoa("call", "counter.next").succeeded().out()).isEqualTo("1\n");
    Files.writeString(home.resolve("modules/counter.mjs"), "export const next = (by) => 40 + by;");
    assertThat(stoa("reload", "counter").succeeded().out())
        .isEqualTo("counter loaded anew: removed slow(); next() is now next(by)\n");
    assertThat(stoa("call", "counter.next", "2").out()).isEqualTo("42\n");
    // The old copy stops when it likes.
    await()
        .untilAsserted(() ->
            assertThat(stoa("why", "counter").succeeded().out())
                .containsPattern(
                    "found +/.*\n.*started +in placement `context`: nothing says otherwise")
                .containsPattern("reloaded +removed slow\\(\\); ")
                .containsPattern("stopped +`counter#1`"));
  }
}
