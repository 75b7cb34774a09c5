package stoa.router;

import java.time.Duration;
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

/// Brings a module from its file to its first instance: finds it, launches it, watches the time.
///
/// @param launchers one for each placement that this host can do
/// @param forced the placement that the user asked for, for modules that can run there
/// @param places where the instances of a module find their place
/// @param limit how long an instance may take to become ready
record Activation(
    ModulesFolder folder,
    Map<Placement, Launcher> launchers,
    Optional<Placement> forced,
    Places places,
    Watch limit) {
  private static final int ABANDONED_BEFORE_WORKER = 2;

  /// @param limit how long an instance may take to become ready
  record Watch(Timer timer, Duration limit) {}

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
      Found found = placed(folder.find(name).orElseThrow(() -> gone(name)));
      launch(found)
          .whenComplete((module, problem) -> {
            if (module == null) {
              result.completeExceptionally(explained(name, problem));
            } else {
              loaded(found, module, result);
            }
          });
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
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

  private void loaded(Found found, Instance first, CompletableFuture<Generation> result) {
    try {
      result.complete(generation(found, first));
    } catch (FailureException e) {
      first.retire(Duration.ZERO, limit.timer());
      result.completeExceptionally(e);
    }
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
