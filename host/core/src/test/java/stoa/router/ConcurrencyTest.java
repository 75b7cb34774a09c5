package stoa.router;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.grant.Policy;
import stoa.limit.Limits;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.value.Value;

/// Lincheck: whatever threads do to the tables of the router at the same time has the outcome of
/// some order in which they do it one after the other.
class ConcurrencyTest {
  private static final Timer TIMER = new Timer("concurrency-test-timer");

  /// Tries orders of the steps of two threads. What is said to people is no step.
  ///
  /// @param scenarios random operations each
  /// @param each how many orders of one scenario
  private static ModelCheckingOptions orders(int scenarios, int each) {
    return new ModelCheckingOptions()
        .iterations(scenarios)
        .invocationsPerIteration(each)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(2)
        .addGuarantee(
            ManagedStrategyGuaranteeKt.forClasses(ReferenceFailures.class.getName())
                .allMethods()
                .ignore());
  }

  /// Lets three threads run.
  private static StressOptions stress(int scenarios, int each) {
    return new StressOptions()
        .iterations(scenarios)
        .invocationsPerIteration(each)
        .threads(3)
        .actorsPerThread(3);
  }

  @Test
  void referencesAreCountedInSomeOrder() {
    stress(10, 500).check(ReferencesOperations.class);
  }

  @Test
  void circlesOfWaitingCallsAreFoundInSomeOrder() {
    stress(10, 500).check(WaitsOperations.class);
  }

  @Test
  void aRetiredGenerationTakesNoCallAndClosesAfterTheLast() {
    generations(5, 200);
  }

  @Tag("full")
  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void theSameInMoreScenariosAndWithEachOrderOfSteps() {
    orders(100, 300).check(ReferencesOperations.class);
    orders(100, 300).check(WaitsOperations.class);
    stress(100, 1_000).check(ReferencesOperations.class);
    stress(100, 1_000).check(WaitsOperations.class);
    generations(100, 1_000);
  }

  private static void generations(int scenarios, int each) {
    stress(scenarios, each)
        .sequentialSpecification(GenerationSpecification.class)
        .check(GenerationOperations.class);
  }

  /// Two objects of `a`, held by `b` and `c`. Each operation says what the owner was told in it.
  @Param(name = "object", gen = IntGen.class, conf = "1:2")
  @Param(name = "holder", gen = IntGen.class, conf = "0:1")
  public static final class ReferencesOperations {
    private final References references = new References();
    private final ThreadLocal<Long> told = ThreadLocal.withInitial(() -> 0L);

    public ReferencesOperations() {
      references.joined("a", (_, count) -> told.set(told.get() + count));
    }

    private static Payload payload(int object) {
      return Payload.of(new Value.Reference("a", object));
    }

    private static String holder(int number) {
      return number == 0 ? "b" : "c";
    }

    private long told(Runnable operation) {
      told.set(0L);
      operation.run();
      return told.get();
    }

    @Operation(params = "object")
    public void take(int object) {
      references.take(payload(object), "a");
    }

    @Operation(params = {"object", "holder"})
    public void give(int object, int holder) {
      references.give(payload(object), holder(holder));
    }

    @Operation(params = "object")
    public long settle(int object) {
      return told(() -> references.settle(payload(object)));
    }

    @Operation(params = {"object", "holder"})
    public long release(int object, int holder) {
      return told(() -> references.release(holder(holder), new Value.Reference("a", object), 1));
    }

    @Operation(params = "holder")
    public long leaves(int holder) {
      return told(() -> references.left(holder(holder), "it ended."));
    }

    @Operation(params = {"object", "holder"})
    public String handsOn(int object, int holder) {
      try {
        references.take(payload(object), holder(holder));
        return "taken";
      } catch (FailureException e) {
        return e.failure().code().name();
      }
    }
  }

  /// Calls between three instances, whose callers wait for them.
  @Param(name = "instance", gen = IntGen.class, conf = "0:2")
  public static final class WaitsOperations {
    private final Waits waits = new Waits();
    private final Object[] instances = {new Object(), new Object(), new Object()};
    private final Chain[][] calls = new Chain[3][3];

    public WaitsOperations() {
      for (int from = 0; from < 3; from++) {
        for (int to = 0; to < 3; to++) {
          Chain outer = Chain.begin();
          outer.admitted(from + ".f", "user");
          outer.servedBy(instances[from]);
          calls[from][to] = outer.then(new Chain.Opener(outer, 1), true);
          calls[from][to].admitted(to + ".g", "m");
          calls[from][to].servedBy(instances[to]);
        }
      }
    }

    @Operation(params = {"instance", "instance"})
    public boolean enter(int from, int to) {
      return waits.enter(calls[from][to], instances[to], _ -> {}).isEmpty();
    }

    @Operation(params = {"instance", "instance"})
    public void rest(int from, int to) {
      calls[from][to].parent().ifPresent(waits::rest);
    }

    @Operation(params = {"instance", "instance"})
    public void goOn(int from, int to) {
      calls[from][to].parent().ifPresent(waits::goOn);
    }

    @Operation(params = {"instance", "instance"})
    public void leave(int from, int to) {
      waits.leave(calls[from][to]);
    }
  }

  private static final class NoOthers implements Dependencies.Others {
    @Override
    public CompletableFuture<ModuleInfo> load(String name) {
      throw new IllegalStateException(name);
    }

    @Override
    public Map<String, String> needs(String name) {
      return Map.of();
    }
  }

  /// Calls while a module is loaded anew.
  public static final class GenerationOperations {
    private final Played module = new Played();
    private final Instance instance =
        new Instance(
            module,
            new Place(
                "m",
                "m#1",
                Identity.User.HOST,
                new OpenChannels(module),
                new References(),
                Ration.of(Limits.DEFAULT)));
    private final Generation generation =
        new Generation(
            new Found("m", Path.of("m.py"), Optional.empty(), Optional.empty(), Manifest.NONE),
            instance,
            new Generation.Care(slot(module), new FileState(Map.of()), TIMER));

    private static ModuleSlot slot(Played module) {
      Decisions decisions = new Decisions(Clock.systemUTC());
      Activation activation =
          new Activation(
              new ModulesFolder(Path.of("")),
              Map.of(),
              Optional.empty(),
              new Instances(
                  new References(),
                  _ -> module,
                  Quiet::new,
                  RestartsTest.Silent.NOTICES,
                  decisions),
              new Activation.Watch(TIMER, Duration.ZERO, decisions),
              new Dependencies(new NoOthers()),
              Policy.nothing());
      return new ModuleSlot("m", activation, new Supervision("m", System::nanoTime, () -> false));
    }

    @Operation
    public String call() {
      Instance entered = generation.enter("user");
      if (entered == null) {
        return "retired";
      }
      boolean closed = module.closed;
      entered.left("user");
      return closed ? "served by what is closed" : "served";
    }

    @Operation
    public void retire() {
      generation.retire(Duration.ofHours(1));
    }

    @Operation
    public boolean retired() {
      return generation.retired();
    }
  }

  /// What must come of them.
  public static final class GenerationSpecification {
    private boolean retired;

    public String call() {
      return retired ? "retired" : "served";
    }

    public void retire() {
      retired = true;
    }

    public boolean retired() {
      return retired;
    }
  }

  private static final class Played implements LoadedModule {
    private final CompletableFuture<Failure> ended = new CompletableFuture<>();
    private volatile boolean closed;

    @Override
    public ModuleInfo info() {
      return new ModuleInfo("m", "", "", List.of(), Map.of(), "python");
    }

    @Override
    public void release(Value.Reference own, long count) {}

    @Override
    public CompletionStage<Failure> ended() {
      return ended;
    }

    @Override
    public boolean serves() {
      return true;
    }

    @Override
    public void close(Duration grace) {
      closed = true;
    }

    @Override
    public Flow open(Invocation invocation, Flow caller) {
      return _ -> {};
    }
  }
}
