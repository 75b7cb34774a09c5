package stoa.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.module.Engine;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.router.Found;
import stoa.router.Manifest;
import stoa.router.Timer;
import stoa.value.Value;

class WarmPoolTest {
  private static final String PYTHON = "python";

  private final Timer timer = new Timer("stoa-test-timer");
  private final Prepares engine = new Prepares();
  private final AtomicLong processorTime = new AtomicLong();
  private final Set<Language> there = EnumSet.allOf(Language.class);
  private final List<String> remarks = new CopyOnWriteArrayList<>();
  private volatile boolean computes;
  private volatile boolean tight;

  private final WarmPool pool =
      new WarmPool(
          (_, _) -> CompletableFuture.completedFuture(new Loaded()),
          _ -> engine,
          new WarmPool.Conditions(
              there::contains,
              new Idleness(
                  System::nanoTime,
                  () ->
                      Optional.of(
                          Duration.ofNanos(computes ? System.nanoTime() : processorTime.get()))),
              () -> tight),
          timer,
          remarks::add);

  @AfterEach
  void close() {
    pool.close();
    timer.close();
  }

  @Test
  void nothingIsPreparedBeforeAModuleWasLoaded() {
    assertThat(pool.ready()).isEmpty();
    load(Language.PYTHON);
    await().until(() -> pool.ready().equals(List.of(PYTHON)));
    assertThat(engine.asked).containsExactly("prepare PYTHON");
  }

  @Test
  void thePoolRefillsAfterAContextWasTaken() {
    load(Language.PYTHON);
    await().until(() -> pool.ready().equals(List.of(PYTHON)));
    load(Language.PYTHON);
    assertThat(pool.ready()).isEmpty();
    await().until(() -> pool.ready().equals(List.of(PYTHON)));
    assertThat(engine.asked).containsExactly("prepare PYTHON", "prepare PYTHON");
  }

  @Test
  void eachLanguageInUseHasAContext() {
    load(Language.PYTHON);
    load(Language.JAVASCRIPT);
    await().until(() -> pool.ready().equals(List.of("javascript", PYTHON)));
  }

  @Test
  void nothingIsPreparedWhileTheProcessComputes() {
    computes = true;
    load(Language.PYTHON);
    await().pollDelay(Duration.ofMillis(2 * WarmPool.MOMENT + 200)).until(() -> true);
    assertThat(engine.asked).isEmpty();
    processorTime.set(System.nanoTime());
    computes = false;
    await().until(() -> pool.ready().equals(List.of(PYTHON)));
  }

  @Test
  void whatIsReadyIsGivenUpWhenMemoryIsShort() {
    load(Language.PYTHON);
    await().until(() -> pool.ready().equals(List.of(PYTHON)));
    tight = true;
    load(Language.JAVASCRIPT); // has it look at once
    await().until(() -> engine.asked.contains("discard PYTHON"));
    assertThat(pool.ready()).isEmpty();
    assertThat(engine.asked).containsExactly("prepare PYTHON", "discard PYTHON");
  }

  @Test
  void whatIsReadyIsGivenUpWhenNoModuleOfItsLanguageIsThereAnyMore() {
    load(Language.PYTHON);
    await().until(() -> pool.ready().equals(List.of(PYTHON)));
    there.remove(Language.PYTHON);
    load(Language.JAVASCRIPT); // has it look at once
    await().until(() -> pool.ready().equals(List.of("javascript")));
    assertThat(engine.asked).contains("discard PYTHON");
  }

  @Test
  void aFailureToPrepareCostsOneRemarkAndIsNotRepeated() {
    engine.fails = true;
    load(Language.PYTHON);
    await().until(() -> !remarks.isEmpty());
    assertThat(remarks).hasSize(1);
    assertThat(remarks.getFirst()).contains("no context for python").contains("no room");
    assertThat(pool.ready()).isEmpty();
    engine.fails = false;
    load(Language.PYTHON);
    await().until(() -> pool.ready().equals(List.of(PYTHON)));
    assertThat(remarks).hasSize(1);
  }

  @Test
  void afterItsEndNothingIsPrepared() {
    load(Language.PYTHON);
    pool.close();
    load(Language.PYTHON);
    await().pollDelay(Duration.ofMillis(WarmPool.MOMENT + 300)).until(() -> true);
    assertThat(engine.asked).isEmpty();
  }

  private void load(Language language) {
    Found found =
        new Found("any", Path.of("/any"), Optional.of(language), Optional.empty(), Manifest.NONE);
    assertThat(pool.launch(found, new Nowhere())).isCompleted();
  }

  /// Writes down what it is asked for.
  private static final class Prepares implements Engine {
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile boolean fails;

    @Override
    public CompletionStage<Void> prepare(Language language) {
      asked.add("prepare " + language);
      return fails
          ? CompletableFuture.failedFuture(new IllegalStateException("no room"))
          : CompletableFuture.completedFuture(null);
    }

    @Override
    public void discard(Language language) {
      asked.add("discard " + language);
    }

    @Override
    public String description() {
      return "a pretence";
    }

    @Override
    public CompletionStage<LoadedModule> load(ModuleSource source, Surroundings surroundings) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  /// What nobody uses.
  private static final class Nowhere implements Surroundings {
    @Override
    public String instance() {
      return "any#1";
    }

    @Override
    public void release(Value.Reference held, long count) {}

    @Override
    public Invoker router() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void said(Line line) {}
  }

  /// A module that nobody calls.
  private static final class Loaded implements LoadedModule {
    @Override
    public ModuleInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Flow open(Invocation invocation, Flow caller) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void release(Value.Reference own, long count) {}

    @Override
    public CompletionStage<Failure> ended() {
      return new CompletableFuture<>();
    }

    @Override
    public boolean serves() {
      return true;
    }

    @Override
    public void close(Duration grace) {}
  }
}
