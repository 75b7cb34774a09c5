package stoa.router;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Suggestion;
import stoa.module.LoadedModule;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.value.Arguments;

/// What a copy of a module does before it ends: one call of the method that its manifest names.
///
/// @param method without parameters that must be given; empty: nothing
/// @param problem hears, in words for people, that it failed or took too long
record StopHook(String module, String method, Consumer<String> problem) {
  static final Duration LIMIT = Duration.ofSeconds(2);

  static final StopHook NONE = new StopHook("", "", _ -> {});

  /// @throws FailureException LOAD_FAILED if the manifest names a method that is not there
  static StopHook of(ModuleInfo module, String method, Consumer<String> problem) {
    List<String> names = module.methods().stream().map(MethodInfo::name).toList();
    if (!method.isEmpty() && !names.contains(method)) {
      throw new FailureException(
          Failure.of(
              Code.LOAD_FAILED,
              "Module `%s` could not be loaded: `stop` in its module.toml names `%s`, which is no method of it."
                  .formatted(module.name(), method),
              Suggestion.of(method, names).orElse("It has " + String.join(", ", names) + ".")));
    }
    return new StopHook(module.name(), method, problem);
  }

  boolean isThere() {
    return !method.isEmpty();
  }

  /// Runs it if there is one. `then` runs once, when it has ended or the limit is over. Any thread.
  void run(LoadedModule copy, Timer timer, Runnable then) {
    if (!isThere() || !copy.serves()) {
      then.run();
      return;
    }
    AtomicBoolean over = new AtomicBoolean();
    Timer.Alarm alarm =
        timer.in(
            LIMIT.toMillis(),
            TimeUnit.MILLISECONDS,
            () -> {
              if (over.compareAndSet(false, true)) {
                problem.accept("`%s` did not end within %d s".formatted(method, LIMIT.toSeconds()));
                then.run();
              }
            });
    Invocation call =
        Invocation.of(module, method, Payload.of(Arguments.NONE))
            .with(Invocation.Terms.DEFAULT.with(Deadline.in(LIMIT)).withCredit(0));
    call.chain().admitted(call.name(), Identity.User.HOST.text());
    var _ =
        copy.open(
            call,
            signal -> {
              if (signal.ends() && over.compareAndSet(false, true)) {
                timer.cancel(alarm);
                if (signal instanceof Signal.Failed(Failure failure)) {
                  problem.accept("`%s` failed: %s".formatted(method, failure.message()));
                }
                then.run();
              }
            });
  }

  /// Waits for copies that end, a little longer than they may take.
  static void await(List<CompletionStage<Void>> ending) {
    try {
      CompletableFuture.allOf(
              ending.stream()
                  .map(CompletionStage::toCompletableFuture)
                  .toArray(CompletableFuture[]::new))
          .get(LIMIT.toMillis() * 2, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      // They are ended by force next.
    }
  }
}
