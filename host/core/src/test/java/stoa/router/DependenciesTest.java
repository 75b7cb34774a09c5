package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
import stoa.grant.Policy;
import stoa.module.LoadedModule;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.module.Placement;
import stoa.module.Surroundings;
import stoa.value.Value;

/// What modules need of each other, with modules that are played by the test: a folder with a
/// manifest each, and what their code would say of itself.
@Timeout(20)
class DependenciesTest {
  @TempDir Path folder;
  private final Timer timer = new Timer("test-timer");
  private final List<String> launched = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, ModuleInfo> code = new ConcurrentHashMap<>();
  private final List<Copy> copies = Collections.synchronizedList(new ArrayList<>());
  private Router router;

  @BeforeEach
  void start() {
    router =
        new Router(
            new ModulesFolder(folder),
            timer,
            new Router.Settings(
                Map.of(Placement.CONTEXT, this::launch),
                Optional.empty(),
                Duration.ofSeconds(5),
                RestartsTest.Silent.NOTICES,
                System::nanoTime,
                Policy.nothing()),
            Quiet::new);
  }

  @AfterEach
  void close() {
    router.close();
    timer.close();
  }

  private CompletableFuture<LoadedModule> launch(Found found, Surroundings surroundings) {
    launched.add(found.name());
    Copy copy = new Copy(code.getOrDefault(found.name(), info(found.name(), "", Map.of())));
    copies.add(copy);
    return CompletableFuture.supplyAsync(() -> copy);
  }

  private static ModuleInfo info(String name, String version, Map<String, String> needs) {
    return new ModuleInfo(name, version, "", List.of(), needs, "python");
  }

  private void module(String name, String manifest) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    Files.writeString(own.resolve("main.py"), "");
    Files.writeString(own.resolve("module.toml"), manifest);
  }

  private Failure failureOf(String name) {
    CompletionException e =
        catchThrowableOfType(CompletionException.class, () -> router.load(name).join());
    assertThat(e).as("loading " + name).isNotNull();
    return ((FailureException) e.getCause()).failure();
  }

  private List<String> decided(String module) {
    return router.decisions().about(module).stream().map(d -> d.what().text()).toList();
  }

  @Test
  void whatAModuleNeedsIsLoadedBeforeIt() throws IOException {
    module("app", "needs = { text = \"^1.2\" }");
    module("text", "version = \"1.4.0\"\n[needs]\nlist = \"*\"");
    module("list", "");
    ModuleInfo app = router.load("app").join();
    assertThat(launched).containsExactly("list", "text", "app");
    assertThat(app.needs()).isEqualTo(Map.of("text", "^1.2"));
  }

  @Test
  void whatIsMissingIsRefusedWithTheWholeChainBeforeAnythingRuns() throws IOException {
    module("a", "needs = { b = \"^1.2\" }");
    module("b", "version = \"1.2.0\"\nneeds = { c = \"*\" }");
    Failure failure = failureOf("a");
    assertThat(failure.code()).isEqualTo(Code.LOAD_FAILED);
    assertThat(failure.message())
        .isEqualTo(
            "`a` cannot be loaded: a needs b ^1.2 needs c, and there is no module `c` in %s."
                .formatted(folder));
    assertThat(failure.details())
        .containsEntry("chain", "a needs b ^1.2 needs c")
        .containsEntry("reason", "missing")
        .containsEntry("module", "c");
    assertThat(launched).isEmpty();
    assertThat(decided("a")).containsExactly("found", "not started");
  }

  @Test
  void aVersionThatDoesNotFitIsNamed() throws IOException {
    module("a", "needs = { b = \"^1.2\" }");
    module("b", "version = \"2.0.0\"");
    Failure failure = failureOf("a");
    assertThat(failure.message()).contains("a needs b ^1.2, and `b` is version 2.0.0.");
    assertThat(failure.details())
        .containsEntry("reason", "version")
        .containsEntry("module", "b")
        .containsEntry("version", "2.0.0");
    assertThat(launched).doesNotContain("a");

    module("b", "version = \"1.9.0\"");
    router.reload("b").join();
    assertThat(router.load("a").join().name()).isEqualTo("a");
  }

  @Test
  void aModuleThatDoesNotSayItsVersionFitsOnlyThoseWhoTakeAny() throws IOException {
    module("a", "needs = { b = \">=0\" }");
    module("b", "");
    assertThat(failureOf("a").message()).contains("`b` does not say its version");
    module("a", "needs = { b = \"*\" }");
    assertThat(router.load("a").join().name()).isEqualTo("a");
  }

  @Test
  void aCircleIsRefusedWhoeverIsLoadedFirst() throws IOException {
    module("a", "needs = { b = \"*\" }");
    module("b", "needs = { c = \"*\" }");
    module("c", "needs = { a = \"*\" }");
    assertThat(failureOf("a").message())
        .isEqualTo("`a` cannot be loaded: a needs b needs c needs a, and that is a circle.");
    assertThat(failureOf("b").details())
        .containsEntry("chain", "b needs c needs a needs b")
        .containsEntry("reason", "circle");
    module("self", "needs = { self = \"*\" }");
    assertThat(failureOf("self").message()).contains("self needs self, and that is a circle");
    assertThat(launched).isEmpty();
  }

  @Test
  void modulesThatAreLoadedAtTheSameTimeDoNotWaitForEachOtherForEver() throws IOException {
    code.put("a", info("a", "", Map.of("b", "*")));
    code.put("b", info("b", "", Map.of("a", "*")));
    module("a", "");
    module("b", "");
    CompletableFuture<ModuleInfo> a = router.load("a");
    CompletableFuture<ModuleInfo> b = router.load("b");
    for (CompletableFuture<ModuleInfo> either : List.of(a, b)) {
      CompletionException e = catchThrowableOfType(CompletionException.class, either::join);
      assertThat(((FailureException) e.getCause()).failure().details())
          .containsEntry("reason", "circle");
    }
  }

  @Test
  void whatOnlyTheCodeSaysIsCheckedBeforeItServes() throws IOException {
    code.put("a", info("a", "", Map.of("b", "~2.1")));
    code.put("b", info("b", "2.2.0", Map.of()));
    module("a", "");
    module("b", "");
    assertThat(failureOf("a").message()).contains("a needs b ~2.1, and `b` is version 2.2.0.");
    assertThat(launched).containsExactly("a", "b");
    assertThat(copies.getFirst().closed).isTrue();
  }

  @Test
  void theManifestGoesBeforeTheCode() throws IOException {
    code.put("a", info("a", "", Map.of("b", "^9")));
    code.put("b", info("b", "2.2.0", Map.of()));
    module("a", "needs = { b = \"^2\" }");
    module("b", "");
    assertThat(router.load("a").join().needs()).isEqualTo(Map.of("b", "^2"));
  }

  @Test
  void aRangeThatIsNoneIsNamed() throws IOException {
    module("a", "needs = { b = \"newest\" }");
    assertThat(failureOf("a").message()).contains("module.toml").contains("range of versions");
    code.put("c", info("c", "", Map.of("a", "newest")));
    module("c", "");
    assertThat(failureOf("c").message()).contains("c needs a newest, and `newest` is no range");
  }

  @Test
  void aReloadThatWouldCloseACircleIsRefusedAndTheOldOneGoesOnServing() throws IOException {
    module("a", "needs = { b = \"*\" }");
    module("b", "");
    router.load("a").join();
    module("b", "needs = { a = \"*\" }");
    Failure failure = reloadFailureOf("b");
    assertThat(failure.message())
        .contains("b needs a needs b")
        .endsWith("that is a circle. Still running: b#1.");
    assertThat(failure.details())
        .containsEntry("reason", "circle")
        .containsEntry("running", "b#1")
        .doesNotContainKey("difference");
    assertThat(router.status("b").state()).isEqualTo(ModuleStatus.State.LOADED);
  }

  @Test
  void aReloadTellsWhichMethodsAreOthers() throws IOException {
    module("a", "");
    code.put("a", info("a", "1.0.0", Map.of()).with(List.of(method("f"), method("g"))));
    router.load("a").join();
    MethodInfo stream = new MethodInfo("g", "", List.of(), "", true, false);
    code.put("a", info("a", "1.1.0", Map.of()).with(List.of(stream, method("h"))));
    Reloaded reloaded = router.reload("a").join();
    assertThat(reloaded.before().orElseThrow().version()).isEqualTo("1.0.0");
    assertThat(reloaded.text()).isEqualTo("added h(); removed f(); g() is now g() -> stream");
    assertThat(decided("a"))
        .containsExactly("found", "started", "found", "started", "stopped", "reloaded");
  }

  @Test
  void aVersionThatRanAndIsRefusedSaysHowItsMethodsDiffer() throws IOException {
    module("a", "");
    code.put("a", info("a", "1.0.0", Map.of()).with(List.of(method("f"), method("g"))));
    router.load("a").join();
    ModuleInfo next = info("a", "1.1.0", Map.of("b", "^1"));
    code.put("a", next.with(List.of(method("g"), method("h"))));
    Failure failure = reloadFailureOf("a");
    assertThat(failure.message())
        .contains("there is no module `b`")
        .endsWith("The new version: added h(); removed f(). Still running: a#1 with f, g.");
    assertThat(failure.details())
        .containsEntry("reason", "missing")
        .containsEntry("difference", "added h(); removed f()");
    code.put("a", next.with(List.of(method("f"), method("g"))));
    assertThat(reloadFailureOf("a").message()).contains("The new version: the same methods.");
  }

  @Test
  void aReloadTellsWhoNeedsTheVersionThatWasThere() throws IOException {
    module("a", "needs = { b = \"^1.2\" }");
    module("any", "needs = { b = \"*\" }");
    module("b", "version = \"1.2.0\"");
    router.load("a").join();
    router.load("any").join();
    assertThat(router.reload("b").join().misfits()).isEmpty();
    module("b", "version = \"2.0.0\"");
    assertThat(router.reload("b").join().misfits()).containsExactly("a needs b ^1.2");
  }

  private Failure reloadFailureOf(String name) {
    CompletionException e =
        catchThrowableOfType(CompletionException.class, () -> router.reload(name).join());
    return ((FailureException) e.getCause()).failure();
  }

  private static MethodInfo method(String name) {
    return new MethodInfo(name, "", List.of(), "", false, false);
  }

  @Test
  void aboutEachModuleTheLastDecisionsAreKept() throws IOException {
    module("a", "");
    router.load("a").join();
    copies.getFirst().ended.complete(Failure.of(Code.LOST, "killed by SIGKILL.", ""));
    assertThat(router.decisions().about("a").getLast())
        .extracting(Decisions.Decision::what, Decisions.Decision::why)
        .containsExactly(Decisions.What.CRASHED, "`a#1`: killed by SIGKILL.");
    for (int i = 0; i < 200; i++) {
      router.decisions().note("a", Decisions.What.DENIED, "it may not call " + i);
    }
    assertThat(router.decisions().about("a"))
        .hasSize(Decisions.KEPT)
        .last()
        .extracting(Decisions.Decision::why)
        .isEqualTo("it may not call 199");
  }

  /// Serves nothing.
  private static final class Copy implements LoadedModule {
    final CompletableFuture<Failure> ended = new CompletableFuture<>();
    private final ModuleInfo info;
    volatile boolean closed;

    Copy(ModuleInfo info) {
      this.info = info;
    }

    @Override
    public ModuleInfo info() {
      return info;
    }

    @Override
    public Flow open(Invocation invocation, Flow caller) {
      return _ -> {};
    }

    @Override
    public void release(Value.Reference own, long count) {}

    @Override
    public CompletionStage<Failure> ended() {
      return ended;
    }

    @Override
    public boolean serves() {
      return !ended.isDone();
    }

    @Override
    public void close(Duration grace) {
      closed = true;
      ended.complete(Failure.of(Code.LOST, "unloaded.", ""));
    }
  }
}
