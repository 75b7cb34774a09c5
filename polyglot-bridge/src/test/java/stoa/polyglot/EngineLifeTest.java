package stoa.polyglot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Signal;
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
                    lab)
                .toCompletableFuture();
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        assertThat(loading.isDone()).isFalse();
        loading.cancel(false);
        await().until(() -> threads("stoa-stuck-") == 0);
      }
    }
  }

  @Test
  void aBuiltInThatCannotBeStoppedLosesItsThreadOnly() throws Exception {
    try (Lab lab = new Lab(folder)) {
      // Ends by itself some seconds later, so that the core is free again.
      LoadedModule module =
          lab.python(
              "def stuck():\n  print('on it')\n  return sum(range(3 * 10**7))\ndef quick(): return 1\n");
      Recorder recorder = Lab.open(module, "stuck", Arguments.NONE);
      await().until(() -> !lab.lines.isEmpty());
      recorder.callee.send(new Signal.Cancel("too long"));
      Failure failure = Lab.failureOf(recorder);
      assertThat(failure.code()).isIn(Failure.Code.LOST, Failure.Code.CANCELLED);
      if (failure.code() == Failure.Code.LOST) {
        assertThat(failure.retryable()).isTrue();
        assertThat(module.ended().toCompletableFuture().get(2, TimeUnit.SECONDS).code())
            .isEqualTo(Failure.Code.LOST);
        assertThat(lab.lines.getLast().text()).contains("given up");
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
                  lab)
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
                  lab)
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
