package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.client.ModuleClient;
import stoa.grant.GrantsFile;
import stoa.grant.Policy;
import stoa.module.Grant;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.module.Placement;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.Value;

/// Life of a module in the router, with instances that are played by the test.
class RouterTest {
  @TempDir Path folder;
  private final Timer timer = new Timer("test-timer");
  private final List<FakeInstance> launched = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean broken;
  private volatile boolean slow;
  private final CompletableFuture<LoadedModule> late = new CompletableFuture<>();
  private Policy policy;
  private Router router;
  private final List<String> comings = Collections.synchronizedList(new ArrayList<>());
  private final Instances.Notices notices =
      new Instances.Notices() {
        @Override
        public void joined(Place place) {
          comings.add(place.instance() + " joined");
        }

        @Override
        public void left(Place place, String reason) {
          comings.add(place.instance() + " left: " + reason);
        }
      };

  @BeforeEach
  void start() throws IOException {
    policy = new Policy(Optional.of(folder.resolve("grants.toml")), Optional.empty(), Map.of());
    Files.writeString(folder.resolve("m.py"), "");
    Launcher launcher = this::launch;
    router =
        new Router(
            new ModulesFolder(folder),
            timer,
            new Router.Settings(
                Map.of(Placement.CONTEXT, launcher),
                Optional.empty(),
                Duration.ofSeconds(2),
                notices,
                System::nanoTime,
                policy),
            Quiet::new);
  }

  @AfterEach
  void close() {
    router.close();
    timer.close();
  }

  private CompletableFuture<LoadedModule> launch(Found found, Surroundings surroundings) {
    FakeInstance instance = new FakeInstance(found.name(), launched.size(), surroundings.router());
    launched.add(instance);
    if (slow) {
      return late;
    }
    return broken
        ? CompletableFuture.failedFuture(
            new FailureException(Failure.of(Code.LOAD_FAILED, "line 3: oops.", "Mend it.")))
        : CompletableFuture.completedFuture(instance);
  }

  private long call() {
    return new ModuleClient(router.as(Identity.User.HOST), "m").call("which").asLong();
  }

  private static Code codeOf(Runnable call) {
    Code[] code = new Code[1];
    assertThatThrownBy(call::run)
        .satisfies(e -> {
          Throwable cause = e instanceof FailureException ? e : e.getCause();
          code[0] = ((FailureException) cause).failure().code();
        });
    return code[0];
  }

  @Test
  void aModuleIsLoadedAtItsFirstCallAndOnce() {
    assertThat(launched).isEmpty();
    var calls =
        IntStream.range(0, 100)
            .mapToObj(_ -> new ModuleClient(router.as(Identity.User.HOST), "m").callAsync("which"))
            .toList();
    calls.forEach(CompletableFuture::join);
    assertThat(launched).hasSize(1);
  }

  @Test
  void callsThatWaitForAModuleBeginInTheirOrder() {
    slow = true;
    ModuleClient client = new ModuleClient(router.as(Identity.User.HOST), "m");
    List<String> names = List.of("first", "second", "third", "fourth");
    names.forEach(client::callAsync);
    Awaitility.await().until(() -> !launched.isEmpty());
    late.complete(launched.getFirst());
    Awaitility.await().until(() -> launched.getFirst().called.size() == names.size());
    assertThat(launched.getFirst().called).isEqualTo(names);
  }

  @Test
  void aFilePlacedWhileTheHostRunsCanBeCalledAtOnce() throws IOException {
    ModuleClient late = new ModuleClient(router.as(Identity.User.HOST), "late");
    assertThat(codeOf(() -> late.call("which"))).isEqualTo(Code.NO_SUCH_MODULE);
    Files.writeString(folder.resolve("late.py"), "");
    assertThat(late.call("which").asLong()).isZero();
  }

  @Test
  void comingsAndGoingsAreToldWithTheReason() {
    call();
    launched.getFirst().ended.complete(Failure.of(Code.LOST, "killed by signal 9.", ""));
    call();
    assertThat(comings)
        .containsExactly("m#1 joined", "m#1 left: killed by signal 9.", "m#2 joined");
  }

  @Test
  void aReloadMovesNewCallsToTheNewGeneration() {
    assertThat(call()).isZero();
    router.reload("m").join();
    assertThat(call()).isEqualTo(1);
    assertThat(launched.getFirst().closed).isTrue();
  }

  @Test
  void aReloadLeavesCallsUnderWayOnTheOldGeneration() {
    call();
    ModuleClient client = new ModuleClient(router.as(Identity.User.HOST), "m");
    CompletableFuture<Value> held = client.callAsync("hold");
    router.reload("m").join();
    assertThat(launched.getFirst().closed).isFalse();
    launched.getFirst().release();
    assertThat(held.join().asLong()).isZero();
    Awaitility.await().until(() -> launched.getFirst().closed);
  }

  @Test
  void aBrokenReloadSaysSoAndTheOldGenerationServes() {
    call();
    broken = true;
    assertThatThrownBy(() -> router.reload("m").join())
        .hasMessageContaining("line 3: oops")
        .hasMessageContaining("Still running: m#1");
    assertThat(call()).isZero();
    broken = false;
    router.reload("m").join();
    assertThat(call()).isEqualTo(2);
  }

  @Test
  void whatWasCancelledWhileAModuleLoadsNeedsNoPlace() {
    slow = true;
    Invocation which = Invocation.of("m", "which", Payload.of(Arguments.NONE));
    for (int i = 0; i < 11_000; i++) {
      router.as(Identity.User.HOST).open(which, _ -> {}).send(new Signal.Cancel(""));
    }
    CompletableFuture<Value> last =
        new ModuleClient(router.as(Identity.User.HOST), "m").callAsync("which");
    assertThat(last).isNotDone();
    Awaitility.await().until(() -> !launched.isEmpty());
    late.complete(launched.getFirst());
    assertThat(last.join().asLong()).isZero();
    assertThat(launched.getFirst().called).hasSize(1);
  }

  @Test
  void oneCallerHasTenThousandCallsOpenAtTheWholeHostAndAnotherOneIsServed() {
    ModuleInfo info = new ModuleInfo("sink", "", "", List.of(), Map.of(), "java");
    List<Flow> held = new ArrayList<>();
    Invoker holds =
        (_, caller) -> {
          held.add(caller);
          return _ -> {};
        };
    router.register(new Router.Registered(info, _ -> holds));
    Invoker greedy = router.as(new Identity.Module("greedy", "greedy#1"));
    Invocation call = Invocation.of("sink", "x", Payload.of(Arguments.NONE));
    List<Signal> answers = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      greedy.open(call, answers::add);
    }
    assertThat(held).hasSize(10_000);
    assertThat(answers)
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            refused ->
                assertThat(refused.failure().details())
                    .containsEntry("quota", "open calls")
                    .containsEntry("who", "greedy"));
    router.as(new Identity.Module("polite", "polite#1")).open(call, answers::add);
    assertThat(held).hasSize(10_001);
    held.forEach(caller -> caller.send(new Signal.Returned(Payload.of(Value.NULL))));
    greedy.open(call, answers::add);
    assertThat(held).hasSize(10_002);
  }

  private static final Grant READ = new Grant(Grant.Kind.READ, "/data");

  private void revokes() throws IOException {
    policy.change("m", GrantsFile.Entry::withoutGrants);
  }

  @Test
  void whatHasLessThanBeforeEndsSoonAndTakesNoCalls() throws IOException {
    policy.change("m", entry -> entry.with(List.of(READ)));
    call();
    CompletableFuture<Value> held =
        new ModuleClient(router.as(Identity.User.HOST), "m").callAsync("hold");
    revokes();
    assertThat(call()).isEqualTo(1);
    Awaitility.await().until(() -> launched.getFirst().closed);
    assertThat(held).isNotDone();
    assertThat(router.decisions().about("m"))
        .anyMatch(decision -> decision.why().contains("something was taken"));
  }

  @Test
  void whatHasMoreThanBeforeGoesOn() throws IOException {
    call();
    policy.change("m", entry -> entry.with(List.of(READ)));
    assertThat(call()).isZero();
  }

  @Test
  void whatHasLessThanBeforeDoesNotServeBecauseTheNewOneIsBroken() throws IOException {
    policy.change("m", entry -> entry.with(List.of(READ)));
    call();
    broken = true;
    revokes();
    assertThat(codeOf(this::call)).isEqualTo(Code.LOAD_FAILED);
    assertThat(launched.getFirst().closed).isTrue();
  }

  @Test
  void whatBeganWithMoreThanItMayHaveIsStartedAnew() throws IOException {
    policy.change("m", entry -> entry.with(List.of(READ)));
    slow = true;
    CompletableFuture<Value> called =
        new ModuleClient(router.as(Identity.User.HOST), "m").callAsync("which");
    Awaitility.await().until(() -> !launched.isEmpty());
    slow = false;
    revokes();
    assertThat(called.join().asLong()).isEqualTo(1);
    assertThat(late).isCompletedExceptionally();
  }

  @Test
  void aModuleThatFailsToLoadIsTriedAgainAtTheNextCallAfterItsFileWasChanged() throws IOException {
    broken = true;
    assertThat(codeOf(this::call)).isEqualTo(Code.LOAD_FAILED);
    broken = false;
    Files.writeString(folder.resolve("m.py"), "# mended");
    assertThat(call()).isEqualTo(1);
  }

  @Test
  void aModuleThatIsNeverReadyIsGivenUp() throws IOException {
    slow = true;
    assertThatThrownBy(this::call).hasMessageContaining("not ready after 2 s");
    slow = false;
    Files.writeString(folder.resolve("m.py"), "# mended");
    assertThat(call()).isEqualTo(1);
  }

  @Test
  void unloadEndsItAndTheNextCallLoadsItAgain() {
    call();
    assertThat(router.unload("m")).isTrue();
    assertThat(launched.getFirst().closed).isTrue();
    assertThat(call()).isEqualTo(1);
  }

  @Test
  void unloadEndsTheChannelsThatItOpenedAtOnce() throws IOException {
    Files.writeString(folder.resolve("other.py"), "");
    policy.change("m", entry -> entry.with(List.of(new Grant(Grant.Kind.CONNECT, "other"))));
    call();
    router.load("other").join();
    var opened = new ArrayList<Signal>();
    launched
        .getFirst()
        .router
        .open(
            Invocation.of("other", "hold", Payload.of(Arguments.of()))
                .on(new Target.Channel("other", Optional.empty())),
            opened::add);
    router.unload("m");
    assertThat(opened)
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            end -> assertThat(end.failure().code()).isEqualTo(Code.UNAVAILABLE));
    assertThat(launched.getLast().said).hasOnlyElementsOfType(Signal.Cancel.class).hasSize(1);
  }

  @Test
  void aModuleOpensNoChannelsThatWereNotGranted() throws IOException {
    Files.writeString(folder.resolve("other.py"), "");
    call();
    var opened = new ArrayList<Signal>();
    launched
        .getFirst()
        .router
        .open(
            Invocation.of("other", "hold", Payload.of(Arguments.of()))
                .on(new Target.Channel("other", Optional.empty())),
            opened::add);
    assertThat(opened)
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            end -> assertThat(end.failure().help()).endsWith("stoa grant m connect=other"));
  }

  @Test
  void aModuleWhoseFilesAreNotThoseThatAreTrustedIsNotLoaded() throws IOException {
    Files.writeString(folder.resolve("other.py"), "");
    String trusted = Fingerprint.of(new ModulesFolder(folder).find("other").orElseThrow());
    policy.change("other", entry -> entry.pinned(Optional.of(trusted)));
    router.load("other").join();
    Files.writeString(folder.resolve("other.py"), "changed");
    assertThatThrownBy(() -> router.reload("other").join())
        .hasCauseInstanceOf(FailureException.class)
        .hasMessageContaining(trusted)
        .hasMessageContaining(
            Fingerprint.of(new ModulesFolder(folder).find("other").orElseThrow()));
    assertThat(router.status("other").state()).isEqualTo(ModuleStatus.State.LOADED);
  }

  @Test
  void anInstanceThatDiedIsReplacedAtTheNextCall() {
    call();
    launched.getFirst().ended.complete(Failure.of(Code.LOST, "died", ""));
    assertThat(call()).isEqualTo(1);
  }

  @Test
  void callsGoToTheInstanceWithTheFewestCallsOpen() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    Files.writeString(many.resolve("main.py"), "");
    Files.writeString(many.resolve("module.toml"), "instances = 3\nversion = \"2.1.0\"\n");
    ModuleClient client = new ModuleClient(router.as(Identity.User.HOST), "many");
    assertThat(router.load("many").join().version()).isEqualTo("2.1.0");
    Awaitility.await().until(() -> router.status("many").instances() == 3);
    var held = IntStream.range(0, 6).mapToObj(_ -> client.callAsync("hold")).toList();
    assertThat(launched).allSatisfy(instance -> assertThat(instance.held).hasSize(2));
    launched.forEach(FakeInstance::release);
    held.forEach(CompletableFuture::join);
  }

  @Test
  void aClosedRouterRefusesToLoad() {
    call();
    router.close();
    assertThat(codeOf(this::call)).isEqualTo(Code.UNAVAILABLE);
    assertThat(launched.getFirst().closed).isTrue();
  }

  @Test
  void aModuleWithTooManyCallsOpenRefusesMoreAndSaysWhoMakesThem() {
    ModuleClient client = new ModuleClient(router.as(Identity.User.HOST), "m");
    var other = router.as(new Identity.Module("words", "words#1"));
    for (int n = 0; n < 9_000; n++) {
      client.callAsync("hold");
    }
    for (int n = 0; n < 900; n++) {
      new ModuleClient(other, "m").callAsync("hold");
    }
    assertThatThrownBy(() -> client.call("which"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
              assertThat(e.failure().details()).containsEntry("who", "user: 9,000 calls");
            });
    launched.getFirst().release();
    assertThat(client.call("which").asLong()).isZero();
  }
}
