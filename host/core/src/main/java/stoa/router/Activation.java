package stoa.router;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.module.LoadedModule;
import stoa.module.Placement;
import stoa.module.Surroundings;
import stoa.router.Decisions.What;

/// Brings a module from its file to its first instance: finds it, launches it, watches the time.
///
/// @param launchers one for each placement that this host can do
/// @param forced the placement that the user asked for, for modules that can run there
/// @param places where the instances of a module find their place
/// @param limit how long an instance may take to become ready
/// @param dependencies what has to be there first
record Activation(
    ModulesFolder folder,
    Map<Placement, Launcher> launchers,
    Optional<Placement> forced,
    Places places,
    Watch limit,
    Dependencies dependencies) {
  private static final int ABANDONED_BEFORE_WORKER = 2;

  private static final Duration SLOW = Duration.ofSeconds(1);

  /// @param limit how long an instance may take to become ready
  /// @param decisions is told what becomes of it
  record Watch(Timer timer, Duration limit, Decisions decisions) {}

  /// Makes a place for each instance.
  interface Places {
    Place next(String module);

    /// What an instance at this place is given.
    Surroundings surroundings(Place place);

    /// The instance is there.
    Instance taken(Place place, LoadedModule module);

    /// How many instances of a module could not be stopped.
    int abandoned(String module);
  }

  /// Completes with the first instance in a generation; the other instances join it as they become
  /// ready.
  CompletableFuture<Generation> begin(String name) {
    CompletableFuture<Generation> result = new CompletableFuture<>();
    // Looks at the disk, so not on the thread of the one who calls.
    Thread.ofVirtual().name("stoa-activate-" + name).start(() -> begin(name, result));
    return result;
  }

  private void begin(String name, CompletableFuture<Generation> result) {
    try {
      Found asked = folder.find(name).orElseThrow(() -> gone(name));
      Found found = placed(asked);
      limit.decisions().note(name, What.FOUND, String.valueOf(found.main()));
      dependencies
          .met(name, found.manifest().start().needs())
          .thenCompose(_ -> started(asked, found))
          .whenComplete((generation, problem) -> {
            if (generation == null) {
              fails(name, result, explained(name, problem));
            } else {
              result.complete(generation);
            }
          });
    } catch (RuntimeException e) {
      fails(name, result, e);
    }
  }

  private void fails(String name, CompletableFuture<Generation> result, Throwable problem) {
    String why =
        problem instanceof FailureException e ? e.failure().message() : String.valueOf(problem);
    limit.decisions().note(name, What.NOT_STARTED, why);
    result.completeExceptionally(problem);
  }

  private CompletableFuture<Generation> started(Found asked, Found found) {
    long begin = System.nanoTime();
    return launch(found)
        .thenCompose(first -> {
          Duration time = Duration.ofNanos(System.nanoTime() - begin);
          return serving(found, first)
              .whenComplete((generation, _) -> {
                if (generation != null) {
                  tell(asked, found, time);
                }
              });
        });
  }

  private void tell(Found asked, Found found, Duration time) {
    Decisions decisions = limit.decisions();
    Reason reason = Reason.of(asked, found, forced);
    String why = reason.text();
    if (reason == Reason.UNSTOPPABLE) {
      decisions.note(found.name(), What.MOVED, why);
    }
    decisions.note(
        found.name(), What.STARTED, "in placement `%s`: %s".formatted(found.placement().id(), why));
    if (time.compareTo(SLOW) > 0) {
      decisions.note(
          found.name(),
          What.SLOW,
          "it took %.1f s to become ready".formatted(time.toMillis() / 1_000.0));
    }
  }

  /// Where the module is to run: as the user wants, as it wants itself; or in a worker, where it
  /// can be killed, when it could not be stopped in a context twice.
  Found placed(Found found) {
    Found wanted = found.in(forced);
    boolean move =
        wanted.placement() == Placement.CONTEXT
            && places.abandoned(found.name()) >= ABANDONED_BEFORE_WORKER
            && launchers.containsKey(Placement.WORKER);
    return move ? wanted.in(Optional.of(Placement.WORKER)) : wanted;
  }

  /// What the code itself says that it needs was not known before it ran.
  private CompletableFuture<Generation> serving(Found found, Instance first) {
    Map<String, String> further = new HashMap<>(first.module().info().needs());
    further.keySet().removeAll(found.manifest().start().needs().keySet());
    return dependencies
        .met(found.name(), further)
        .thenApply(_ -> generation(found, first))
        .whenComplete((_, problem) -> {
          if (problem != null) {
            first.retire(Duration.ZERO, limit.timer());
          }
        });
  }

  private Generation generation(Found found, Instance first) {
    Generation generation = new Generation(found, first, limit.timer());
    for (int i = 1; i < found.manifest().instances(); i++) {
      launch(found).whenComplete((module, problem) -> joined(found, generation, module, problem));
    }
    return generation;
  }

  private void joined(
      Found found,
      Generation generation,
      @Nullable Instance instance,
      @Nullable Throwable problem) {
    if (instance != null) {
      generation.add(instance);
    } else {
      places
          .surroundings(places.next(found.name()))
          .said(
              new Surroundings.Line(
                  Surroundings.Stream.WARNING, "one of its instances did not start: " + problem));
    }
  }

  private CompletableFuture<Instance> launch(Found found) {
    Placement wanted = found.placement();
    Launcher launcher = launchers.get(wanted);
    if (launcher == null) {
      return CompletableFuture.failedFuture(new FailureException(noLauncher(found, wanted)));
    }
    Place place = places.next(found.name());
    CompletableFuture<LoadedModule> launched = launcher.launch(found, places.surroundings(place));
    Timer.Alarm alarm =
        limit
            .timer()
            .in(limit.limit().toMillis(), TimeUnit.MILLISECONDS, () -> launched.cancel(true));
    launched.whenComplete((_, _) -> limit.timer().cancel(alarm));
    return launched.thenApply(module -> places.taken(place, module));
  }

  private Throwable explained(String name, @Nullable Throwable problem) {
    if (problem instanceof CompletionException && problem.getCause() != null) {
      return explained(name, problem.getCause());
    }
    if (!(problem instanceof CancellationException)) {
      return problem == null ? new IllegalStateException("no module and no reason") : problem;
    }
    return new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            "`%s` was not ready after %d s.".formatted(name, limit.limit().toSeconds()),
            "A module must end its top level, and an executable must answer the handshake (PROTOCOL.md,"
                + " \"Handshake\")."));
  }

  private static Failure noLauncher(Found found, Placement wanted) {
    return Failure.of(
        Code.LOAD_FAILED,
        "`%s` cannot run in placement `%s` here.".formatted(found.name(), wanted.id()),
        found
            .language()
            .map(language -> "Add the Stoa jars for " + language.id() + " to the class path.")
            .orElse("An executable runs only in placement `native`."));
  }

  private FailureException gone(String name) {
    return new FailureException(
        Failure.of(
            Code.NO_SUCH_MODULE,
            "there is no module `" + name + "` in " + folder.folder() + " any more.",
            "Put a file `" + name + ".js` or `" + name + ".py` there."));
  }
}
