package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.module.Engine;
import stoa.module.EngineProvider;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.polyglot.Lab.Recorder;
import stoa.value.Arguments;
import stoa.value.Value;

class EngineLifeTest {
  @TempDir Path folder;

  @Test
  void theProviderIsFoundAndKnowsItsLanguages() {
    EngineProvider provider = ServiceLoader.load(EngineProvider.class).findFirst().orElseThrow();
    assertThat(provider.languages()).containsExactlyInAnyOrder(Language.values());
    try (Engine engine = provider.create(Optional.empty())) {
      assertThat(engine.description()).matches("GraalVM \\S+, (compiled|interpreted)");
    }
  }

  @Test
  void closingAModuleEndsItsThreadAndItsCalls() throws Exception {
    try (Lab lab = new Lab(folder)) {
      LoadedModule module =
          lab.load(
              lab.source(
                  "goner",
                  ".mjs",
                  Language.JAVASCRIPT,
                  ModuleSource.Kind.MODULE,
                  "export const wait = () => new Promise(() => {}); setInterval(() => {}, 1);"));
      Recorder recorder = Lab.open(module, "wait", Arguments.NONE);
      assertThat(threads("stoa-goner-")).isEqualTo(1);
      module.close(Duration.ZERO);
      module.ended().toCompletableFuture().get(5, TimeUnit.SECONDS);
      assertThat(Lab.failureOf(recorder).code())
          .isIn(Failure.Code.CANCELLED, Failure.Code.UNAVAILABLE);
      assertThat(threads("stoa-goner-")).isZero();
      assertThat(Lab.failure(module, "wait").code()).isEqualTo(Failure.Code.UNAVAILABLE);
    }
  }

  @Test
  void aGraceLetsCallsFinish() throws Exception {
    try (Lab lab = new Lab(folder)) {
      LoadedModule module =
          lab.load(
              lab.source(
                  "polite",
                  ".mjs",
                  Language.JAVASCRIPT,
                  ModuleSource.Kind.MODULE,
                  "export const wait = () => new Promise((r) => setTimeout(() => r(5), 100));"));
      Recorder recorder = Lab.open(module, "wait", Arguments.NONE);
      module.close(Duration.ofSeconds(5));
      assertThat(Lab.result(recorder)).isEqualTo(new Value.Int(5));
      module.ended().toCompletableFuture().get(2, TimeUnit.SECONDS);
    }
  }

  @Test
  void aModuleThatLoopsWhileLoadingCanBeGivenUp() {
    try (Lab lab = new Lab(folder)) {
      for (String text : new String[] {"for (;;) {}", "await new Promise(() => {});"}) {
        CompletableFuture<LoadedModule> loading =
            Lab.engine()
                .load(
                    lab.source(
                        "stuck", ".mjs", Language.JAVASCRIPT, ModuleSource.Kind.MODULE, text),
                    lab.surroundings("stray"))
                .toCompletableFuture();
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(loading.isDone()).isFalse();
        loading.cancel(false);
        await().until(() -> threads("stoa-stuck-") == 0);
      }
    }
  }

  @Test
  void aBuiltInThatCannotBeStoppedLosesItsThreadAndAllCallsOfIt() throws Exception {
    try (Lab lab = new Lab(folder)) {
      lab.modules.put("never", (_, _) -> _ -> {});
      // Ends by itself some seconds later, so that the core is free again.
      LoadedModule module =
          lab.python(
              """
              import stoa
              def stuck():
                  print("on it")
                  return sum(range(3 * 10**7))
              async def waits(): await stoa.aio.module("never").wait()
              def quick(): return 1
              """);
      Recorder begun = Lab.open(module, "waits", Arguments.NONE);
      Recorder stuck = Lab.open(module, "stuck", Arguments.NONE);
      await().until(() -> !lab.lines.isEmpty());
      Recorder queued = Lab.open(module, "quick", Arguments.NONE);
      stuck.callee.send(new Signal.Cancel("too long"));
      Failure failure = Lab.failureOf(stuck);
      assertThat(failure.code()).isIn(Failure.Code.LOST, Failure.Code.CANCELLED);
      if (failure.code() == Failure.Code.LOST) {
        assertThat(module.ended().toCompletableFuture().get(2, TimeUnit.SECONDS).code())
            .isEqualTo(Failure.Code.LOST);
        assertThat(module.abandoned()).isTrue();
        Recorder late = Lab.open(module, "quick", Arguments.NONE);
        for (Recorder other : List.of(stuck, begun, queued, late)) {
          assertThat(Lab.failureOf(other).code()).isEqualTo(Failure.Code.LOST);
          assertThat(Lab.failureOf(other).retryable()).isTrue();
          assertThat(Lab.failureOf(other).message()).contains("stuck");
        }
        assertThat(lab.lines.getLast().text()).contains("given up");
        assertThat(Lab.call(lab.python("def quick(): return 2\n"), "quick"))
            .isEqualTo(new Value.Int(2));
      }
    }
  }

  @Test
  void callsCannotBeMadeWhileAModuleIsLoaded() {
    try (Lab lab = new Lab(folder)) {
      lab.modules.put("there", Lab.answering((_, _) -> new Value.Int(1)));
      LoadedModule javascript =
          lab.javascript(
              """
              import stoa from "stoa";
              let why = null;
              try { await stoa.module("there").get(); } catch (e) { why = [e.code, e.message, e.help]; }
              export const said = () => why;
              export const later = () => stoa.module("there").get();
              """);
      LoadedModule python =
          lab.python(
              "python",
              """
              import stoa
              why = None
              try: stoa.module("there").get()
              except stoa.Error as e: why = [e.code, e.message, e.help]
              def said(): return why
              def later(): return stoa.module("there").get()
              """);
      for (LoadedModule module : List.of(javascript, python)) {
        assertThat(Lab.call(module, "said").plain())
            .isEqualTo(
                List.of(
                    "UNAVAILABLE",
                    "Calls cannot be made while the module is being loaded.",
                    "Make them in a method."));
        assertThat(Lab.call(module, "later").plain()).isEqualTo(1L);
      }
    }
  }

  /// The router asks before each call: what an answer leaves behind adds up to the size of a batch.
  @Test
  void askingWhetherACopyServesLeavesNothing() throws Exception {
    try (Lab lab = new Lab(folder)) {
      LoadedModule module = lab.javascript("export const f = () => 1;");
      long before = usedBytes();
      boolean served = true;
      for (int i = 0; i < 500_000; i++) {
        served &= module.serves() && module.ended() != null;
      }
      assertThat(served).isTrue();
      assertThat(usedBytes() - before).isLessThan(10_000_000);
    }
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void anInterruptEndsWhatHasBegunAndServesWhatWaits() {
    try (Lab lab = new Lab(folder)) {
      lab.modules.put("never", (_, _) -> _ -> {});
      LoadedModule module =
          lab.python(
              """
              import stoa
              def spins():
                  print("on it")
                  while True: pass
              async def waits(): await stoa.aio.module("never").wait()
              def counts():
                  for i in range(1000): yield i
              def give(): return lambda: 7
              def quick(): return 1
              """);
      Value.Reference kept = (Value.Reference) Lab.result(lab.ask("lab", "give"));
      Recorder waiting = Lab.open(module, "waits", Arguments.NONE);
      Recorder stream = Lab.open(module, "counts", Arguments.NONE, 1);
      Recorder spins = Lab.open(module, "spins", Arguments.NONE);
      await().until(() -> !lab.lines.isEmpty());
      Recorder queued = Lab.open(module, "quick", Arguments.NONE);
      spins.callee.send(new Signal.Cancel("too long"));
      for (Recorder begun : List.of(spins, waiting, stream)) {
        assertThat(Lab.failureOf(begun).code()).isEqualTo(Failure.Code.CANCELLED);
        assertThat(Lab.failureOf(begun).message()).contains("lab.spins");
      }
      assertThat(Lab.result(queued)).isEqualTo(new Value.Int(1));
      assertThat(module.abandoned()).isFalse();
      Recorder object =
          lab.ask(
              "user",
              Invocation.of("lab", "call", Payload.of(Arguments.NONE)).on(new Target.Handed(kept)));
      assertThat(Lab.result(object)).isEqualTo(new Value.Int(7));
    }
  }

  @Test
  void closingTheEngineLeavesNothing() throws Exception {
    long before = temporaryFolders();
    Engine engine = new PolyglotEngineProvider().create(Optional.empty());
    try (Lab lab = new Lab(folder)) {
      LoadedModule script =
          engine
              .load(
                  lab.source(
                      "leaver",
                      ".mjs",
                      Language.JAVASCRIPT,
                      ModuleSource.Kind.MODULE,
                      "export const f = () => 1;"),
                  lab.surroundings("stray"))
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      LoadedModule python =
          engine
              .load(
                  lab.source(
                      "leaver",
                      ".py",
                      Language.PYTHON,
                      ModuleSource.Kind.MODULE,
                      "def f(): return 1"),
                  lab.surroundings("stray"))
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS);
      assertThat(Lab.call(script, "f")).isEqualTo(Lab.call(python, "f"));
    }
    engine.close();
    assertThat(threads("stoa-leaver-")).isZero();
    assertThat(temporaryFolders()).isEqualTo(before);
    engine.close();
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith(prefix))
        .count();
  }

  private static long temporaryFolders() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("stoa-engine-")).count();
    }
  }
}
