package stoa.router;

import java.io.IOException;
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
import stoa.grant.Policy;
import stoa.limit.Limits;
import stoa.module.LoadedModule;
import stoa.module.Placement;
import stoa.module.Surroundings;
import stoa.router.Decisions.What;
import stoa.router.Supervision.Verdict;

/// Brings a module from its file to its first instance: finds it, launches it, watches the time.
///
/// @param launchers one for each placement that this host can do
/// @param forced the placement that the user asked for, for modules that can run there
/// @param places where the instances of a module find their place
/// @param limit how long an instance may take to become ready
/// @param dependencies what has to be there first
/// @param policy is told what a module asks for, and knows whether its files are those that are
///   trusted
record Activation(
    ModulesFolder folder,
    Map<Placement, Launcher> launchers,
    Optional<Placement> forced,
    Places places,
    Watch limit,
    Dependencies dependencies,
    Policy policy) {
  private static final int ABANDONED_BEFORE_WORKER = 2;

  private static final Duration SLOW = Duration.ofSeconds(1);

  /// @param limit how long an instance may take to become ready
  /// @param decisions is told what becomes of it
  record Watch(Timer timer, Duration limit, Decisions decisions) {}

  /// Makes a place for each instance.
  interface Places {
    Place next(String module, Limits limits);

    /// What an instance at this place is given.
    Surroundings surroundings(Place place);

    /// The instance is there.
    Instance taken(Place place, LoadedModule module);

    /// How many instances of a module could not be stopped.
    int abandoned(String module);
  }

  /// Completes with the first instance in a generation; the other instances join it as they become
  /// ready. Waits as long as its supervision says, or fails as it says.
  CompletableFuture<Generation> begin(ModuleSlot slot) {
    CompletableFuture<Generation> result = new CompletableFuture<>();
    aside(slot.name(), () -> begin(slot, result));
    return result;
  }

  /// What looks at the disk does not do it on the thread of the one who calls.
  private static void aside(String name, Runnable task) {
    Thread.ofVirtual().name("stoa-activate-" + name).start(task);
  }

  private void later(long nanos, String name, Runnable task) {
    limit.timer().in(nanos, TimeUnit.NANOSECONDS, () -> aside(name, task));
  }

  private void begin(ModuleSlot slot, CompletableFuture<Generation> result) {
    try {
      Found asked = folder.find(slot.name()).orElseThrow(() -> gone(slot.name()));
      Found found = placed(asked);
      policy.starts(found.name(), found.manifest().asks());
      checkDigest(found);
      Ceilings.check(found, policy);
      FileState files = FileState.of(found);
      switch (slot.supervision().decide(files)) {
        case Verdict.Start(int restarts) ->
            start(new Attempt(asked, found, files, slot, restarts), result);
        case Verdict.Wait(long nanos) -> later(nanos, slot.name(), () -> begin(slot, result));
        case Verdict.Refuse(Failure why, _) ->
            fails(slot.name(), result, new FailureException(why));
      }
    } catch (RuntimeException e) {
      fails(slot.name(), result, e);
    } catch (Error e) { // no thread can be had, for example: who waits must hear of it
      fails(slot.name(), result, e);
      throw e;
    }
  }

  /// @throws FailureException LOAD_FAILED, with both digests, if its files are not those that the
  ///   user trusts
  private void checkDigest(Found found) {
    Optional<String> trusted = policy.digest(found.name());
    if (trusted.isEmpty()) {
      return;
    }
    String now;
    try {
      now = Fingerprint.of(found);
    } catch (IOException e) {
      now = "unknown: " + e.getMessage();
    }
    if (!now.equals(trusted.get())) {
      throw new FailureException(changed(found.name(), trusted.get(), now));
    }
  }

  private static Failure changed(String name, String trusted, String now) {
    return Failure.of(
        Code.LOAD_FAILED,
        Failure.Description.of(
                "the files of `%s` have changed: sha256 is %s, and you trust %s."
                    .formatted(name, now, trusted),
                "Look at them. To trust them as they are now: stoa trust " + name)
            .with(Map.of("sha256", now, "trusted", trusted)));
  }

  private void fails(String name, CompletableFuture<Generation> result, Throwable problem) {
    String why =
        problem instanceof FailureException e ? e.failure().message() : String.valueOf(problem);
    limit.decisions().note(name, What.NOT_STARTED, why);
    result.completeExceptionally(problem);
  }

  private void start(Attempt attempt, CompletableFuture<Generation> result) {
    Found found = attempt.found();
    String name = found.name();
    limit.decisions().note(name, What.FOUND, String.valueOf(found.main()));
    dependencies
        .met(name, found.manifest().start().needs())
        .thenCompose(_ -> started(attempt))
        .whenComplete((generation, problem) -> {
          if (generation == null) {
            fails(name, result, explained(name, problem));
          } else {
            result.complete(generation);
          }
        });
  }

  private CompletableFuture<Generation> started(Attempt attempt) {
    long begin = System.nanoTime();
    return launch(attempt)
        .whenComplete((_, problem) -> remember(attempt, problem))
        .thenCompose(first -> {
          Duration time = Duration.ofNanos(System.nanoTime() - begin);
          return serving(attempt, first)
              .whenComplete((generation, _) -> {
                if (generation != null) {
                  tell(attempt.asked(), attempt.found(), time);
                }
              });
        });
  }

  /// What is wrong with the module itself will be wrong again. What it needs may be mended without
  /// it.
  private void remember(Attempt attempt, @Nullable Throwable problem) {
    if (problem != null
        && explained(attempt.slot().name(), problem) instanceof FailureException e) {
      attempt.supervision().failed(e.failure());
    }
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

  /// One start of a module.
  ///
  /// @param asked as the folder has it
  /// @param found as it is run
  /// @param restarts how often it was started again before
  private record Attempt(Found asked, Found found, FileState files, ModuleSlot slot, int restarts) {
    Supervision supervision() {
      return slot.supervision();
    }
  }

  /// Starts a copy in the place of one that has ended by itself, as soon as its supervision allows,
  /// if by then the others still serve. A copy of a changed file would be another than they are.
  void refill(Generation generation, ModuleSlot slot) {
    aside(
        slot.name(),
        () -> {
          if (!generation.retired() && generation.size() > 0) {
            refillNow(generation, slot);
          }
        });
  }

  private void refillNow(Generation generation, ModuleSlot slot) {
    Found found = generation.found();
    FileState files = FileState.of(found);
    if (!files.equals(generation.files())) {
      return;
    }
    switch (slot.supervision().decide(files)) {
      case Verdict.Start(int restarts) ->
          join(new Attempt(found, found, files, slot, restarts), generation);
      case Verdict.Wait(long nanos) -> later(nanos, slot.name(), () -> refill(generation, slot));
      case Verdict.Refuse(_, long nanos) -> {
        if (nanos < Long.MAX_VALUE) {
          later(nanos, slot.name(), () -> refill(generation, slot));
        }
      }
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
  private CompletableFuture<Generation> serving(Attempt attempt, Instance first) {
    Map<String, String> further = new HashMap<>(first.module().info().needs());
    further.keySet().removeAll(attempt.found().manifest().start().needs().keySet());
    return dependencies
        .met(attempt.found().name(), further)
        .thenApply(_ -> generation(attempt, first))
        .exceptionally(problem -> {
          first.retire(Duration.ZERO, limit.timer());
          throw new CompletionException(refused(attempt.slot(), first, problem));
        });
  }

  /// It ran and may not serve: in place of another one it would have had other methods.
  private Throwable refused(ModuleSlot slot, Instance first, Throwable problem) {
    Throwable why = explained(slot.name(), problem);
    Optional<Generation> running = slot.current();
    return why instanceof FailureException e && running.isPresent()
        ? new FailureException(
            Rollback.compared(e.failure(), running.get().info(), first.module().info()), e)
        : why;
  }

  private Generation generation(Attempt attempt, Instance first) {
    Found found = attempt.found();
    Generation generation = checked(attempt, first);
    for (int i = 1; i < found.manifest().instances(); i++) {
      join(attempt, generation);
    }
    return generation;
  }

  private Generation checked(Attempt attempt, Instance first) {
    try {
      return new Generation(
          attempt.found(),
          first,
          new Generation.Care(attempt.slot(), attempt.files(), limit.timer()));
    } catch (FailureException e) {
      attempt.supervision().failed(e.failure());
      throw e;
    }
  }

  private void join(Attempt attempt, Generation generation) {
    launch(attempt)
        .whenComplete((instance, problem) -> {
          if (instance != null) {
            generation.add(instance);
          } else {
            places
                .surroundings(places.next(attempt.slot().name(), Limits.DEFAULT))
                .said(
                    new Surroundings.Line(
                        Surroundings.Stream.WARNING,
                        "one of its instances did not start: " + problem));
          }
        });
  }

  private CompletableFuture<Instance> launch(Attempt attempt) {
    Found found = attempt.found();
    Placement wanted = found.placement();
    Launcher launcher = launchers.get(wanted);
    if (launcher == null) {
      return CompletableFuture.failedFuture(new FailureException(noLauncher(found, wanted)));
    }
    Place place = places.next(found.name(), found.manifest().limits());
    int then = attempt.slot().revocations();
    CompletableFuture<LoadedModule> launched = launcher.launch(found, places.surroundings(place));
    attempt.slot().begins(launched, then);
    Timer.Alarm alarm =
        limit
            .timer()
            .in(limit.limit().toMillis(), TimeUnit.MILLISECONDS, () -> launched.cancel(true));
    launched.whenComplete((_, _) -> limit.timer().cancel(alarm));
    return launched.thenApply(module -> {
      Instance instance = places.taken(place, module);
      attempt.supervision().began(instance, attempt.restarts());
      return instance;
    });
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
