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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.client.ModuleClient;
import stoa.grant.Policy;
import stoa.module.LoadedModule;
import stoa.module.Placement;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.Value;

/// What follows when modules end by themselves, by a clock that the test moves.
class RestartsTest {
  private static final Failure CRASH =
      Failure.of(
          Code.LOST,
          Description.of("`m` ended during the call, with exit code 3.", "")
              .asRetryable()
              .with(Map.of("exit_code", "3", "log", "last words")));

  /// As long as the crashes before the circuit opens are apart at least.
  private static final List<Integer> PAUSES = List.of(100, 200, 400, 800, 1600);

  @TempDir Path folder;
  private final Timer timer = new Timer("test-timer");
  private final AtomicLong now = new AtomicLong(TimeUnit.DAYS.toNanos(1));
  private final List<FakeInstance> launched = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean broken;
  private Router router;
  private ModuleClient client;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("m.py"), "");
    router =
        new Router(
            new ModulesFolder(folder),
            timer,
            new Router.Settings(
                Map.of(Placement.CONTEXT, this::launch),
                Optional.empty(),
                Duration.ofSeconds(5),
                Silent.NOTICES,
                now::get,
                Policy.nothing()),
            Quiet::new);
    client = new ModuleClient(router.as(Identity.User.HOST), "m");
  }

  @AfterEach
  void close() {
    router.close();
    timer.close();
  }

  private CompletableFuture<LoadedModule> launch(Found found, Surroundings surroundings) {
    FakeInstance instance = new FakeInstance(found.name(), launched.size(), surroundings.router());
    launched.add(instance);
    return broken
        ? CompletableFuture.failedFuture(
            new FailureException(Failure.of(Code.LOAD_FAILED, "line 3: oops.", "Mend it.")))
        : CompletableFuture.completedFuture(instance);
  }

  private void pass(long millis) {
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private long which() {
    return client.call("which").asLong();
  }

  private Failure failure() {
    return catchThrowableOfType(FailureException.class, this::which).failure();
  }

  private void crash() {
    launched.getLast().die(CRASH);
  }

  private void crashUntilItRests() {
    which();
    for (int pause : PAUSES) {
      crash();
      pass(pause);
      which();
    }
    crash();
  }

  @Test
  void callsWaitForAShortPauseAndGoOn() {
    which();
    crash();
    CompletableFuture<Value> waiting = client.callAsync("which");
    assertThat(launched).hasSize(1);
    pass(100);
    assertThat(waiting.join().asLong()).isEqualTo(1);
  }

  @Test
  void aModuleThatCrashesAgainAndAgainRestsAndSaysUntilWhen() {
    crashUntilItRests();
    Failure failure = failure();
    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.message())
        .contains("`m` has ended 6 times in a row", "exit code 3", "3.2 s");
    assertThat(failure.details())
        .containsEntry("restarts", "5")
        .containsEntry("retry_after_ms", "3201")
        .containsEntry("exit_code", "3")
        .containsEntry("log", "last words");
    assertThat(launched).hasSize(6);
    assertThat(router.status("m").note())
        .isEqualTo("it ended 6 times in a row and rests for 3.2 s");
    pass(3_200);
    assertThat(which()).isEqualTo(6);
  }

  @Test
  void theLongestRestIsHalfAMinute() {
    crashUntilItRests();
    for (int i = 0; i < 10; i++) {
      pass(30_000);
      which();
      crash();
    }
    assertThat(failure().details()).containsEntry("retry_after_ms", "30001");
  }

  @Test
  void aChangedFileEndsTheRest() throws IOException {
    crashUntilItRests();
    Files.writeString(folder.resolve("m.py"), "# mended");
    assertThat(which()).isEqualTo(6);
  }

  @Test
  void aReloadEndsTheRest() {
    crashUntilItRests();
    router.reload("m").join();
    assertThat(which()).isEqualTo(6);
  }

  @Test
  void anEndAfterAGoodStretchIsNoCrash() {
    for (int i = 0; i < 10; i++) {
      assertThat(which()).isEqualTo(i);
      pass(10_000);
      crash();
    }
    assertThat(which()).isEqualTo(10);
  }

  @Test
  void whatTheHostKilledDoesNotCountAsCrashes() {
    for (int i = 0; i < 10; i++) {
      assertThat(which()).isEqualTo(i);
      launched
          .getLast()
          .die(
              Failure.of(
                  Code.LOST, CRASH.description().with(Map.of("signal", "SIGKILL", "by", "host"))));
    }
  }

  @Test
  void aHostThatIsAboutToEndStartsNothingAgain() {
    which();
    CompletableFuture<Value> held = client.callAsync("hold");
    router.drain();
    crash();
    assertThat(held).isCompletedExceptionally();
    pass(1_000);
    // A call that belongs to one under way, as that of a module to another.
    var said = new ArrayList<Signal>();
    Invocation outer = Invocation.of("other", "m", Payload.of(Arguments.of()));
    router
        .as(Identity.User.HOST)
        .open(
            Invocation.of("m", "which", Payload.of(Arguments.of()))
                .with(outer.chain().then(new Chain.Opener(this, 1), false)),
            said::add);
    Awaitility.await().until(() -> !said.isEmpty());
    assertThat(said)
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            end -> assertThat(end.failure().code()).isEqualTo(Code.UNAVAILABLE));
    assertThat(launched).hasSize(1);
  }

  @Test
  void aFailureToLoadIsTheAnswerForASecond() {
    broken = true;
    for (int i = 0; i < 100; i++) {
      assertThat(failure().message()).contains("line 3");
    }
    assertThat(launched).hasSize(1);
    pass(1_000);
    broken = false;
    assertThat(which()).isEqualTo(1);
  }

  @Test
  void theErrorOfLostCallsSaysHowOftenTheModuleWasStartedAgain() {
    which();
    crash();
    pass(100);
    which();
    CompletableFuture<Value> held = client.callAsync("hold");
    crash();
    assertThat(failureOf(held).details())
        .containsEntry("restarts", "1")
        .containsEntry("exit_code", "3");
  }

  @Test
  void aHostThatEndsKnowsOfACallUntilItsCallerHasBeenTold() {
    which();
    Awaitility.await().until(() -> !router.isAnswering()); // its caller heard before that was noted
    List<Boolean> answering = new ArrayList<>();
    Invocation hold = Invocation.of("m", "hold", Payload.of(Arguments.NONE));
    router.as(Identity.User.HOST).open(hold, _ -> answering.add(router.isAnswering()));
    assertThat(router.openCalls()).isEqualTo(1);
    assertThat(router.isAnswering()).isFalse();
    crash();
    assertThat(answering).containsExactly(true);
    assertThat(router.openCalls()).isZero();
    assertThat(router.isAnswering()).isFalse();
  }

  private static Failure failureOf(CompletableFuture<Value> call) {
    CompletionException e = catchThrowableOfType(CompletionException.class, call::join);
    return ((FailureException) e.getCause()).failure();
  }

  @Test
  void aCopyThatEndedIsReplacedWhileTheOthersServe() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    Files.writeString(many.resolve("main.py"), "");
    Files.writeString(many.resolve("module.toml"), "instances = 3\n");
    router.load("many").join();
    Awaitility.await().until(() -> router.status("many").instances() == 3);
    launched.getFirst().die(CRASH);
    assertThat(router.status("many").instances()).isEqualTo(2);
    pass(100);
    Awaitility.await().until(() -> router.status("many").instances() == 3);
    assertThat(launched).hasSize(4);
  }

  @Test
  void anIdempotentMethodIsCalledOnceMoreWhenItsInstanceWasLost() {
    which();
    CompletableFuture<Value> call = client.callAsync("again");
    assertThat(launched.getFirst().held).hasSize(1);
    crash();
    pass(100);
    Awaitility.await().until(() -> launched.size() == 2 && !launched.getLast().held.isEmpty());
    launched.getLast().release();
    assertThat(call.join().asLong()).isEqualTo(1);
    assertThat(router.openCalls()).isZero();
  }

  @Test
  void aCallIsMadeAgainOnlyOnce() {
    which();
    CompletableFuture<Value> call = client.callAsync("again");
    crash();
    pass(100);
    Awaitility.await().until(() -> launched.size() == 2 && !launched.getLast().held.isEmpty());
    crash();
    assertThat(failureOf(call).code()).isEqualTo(Code.LOST);
    assertThat(failureOf(call).details()).containsEntry("restarts", "1");
  }

  @Test
  void aCallThatHasSaidSomethingIsNotMadeAgain() {
    which();
    var said = new ArrayList<Signal>();
    router
        .as(Identity.User.HOST)
        .open(Invocation.of("m", "again", Payload.of(Arguments.of())), said::add);
    launched.getFirst().held.getFirst().send(new Signal.Item(Payload.NULL));
    crash();
    assertThat(said).hasSize(2).last().isInstanceOf(Signal.Failed.class);
  }

  @Test
  void aMethodThatIsNotIdempotentIsNotCalledAgain() {
    which();
    CompletableFuture<Value> call = client.callAsync("hold");
    crash();
    assertThat(failureOf(call).code()).isEqualTo(Code.LOST);
    assertThat(launched).hasSize(1);
  }

  @Test
  void aCallThatWasCancelledIsNotMadeAgain() {
    which();
    CompletableFuture<Value> call = client.within(Duration.ofMillis(50)).callAsync("again");
    Awaitility.await().until(call::isDone);
    crash();
    pass(1_000);
    assertThat(failureOf(call).code()).isEqualTo(Code.DEADLINE_EXCEEDED);
    assertThat(which()).isEqualTo(1);
    assertThat(launched.getLast().held).isEmpty();
  }

  /// Nobody is told who comes and goes.
  enum Silent implements Instances.Notices {
    NOTICES;

    @Override
    public void joined(Place place) {}

    @Override
    public void left(Place place, String reason) {}
  }
}
