package stoa.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.limit.Limits;
import stoa.limit.Quota;
import stoa.limit.Shares;
import stoa.module.ModuleInfo;
import stoa.router.Decisions.What;

/// One name in the modules folder: loads the module at its first call, once for all who wait, and
/// hands calls to its instances.
final class ModuleSlot {
  /// How long calls under way may go on after an unload or reload.
  static final Duration GRACE = Duration.ofSeconds(30);

  /// The same when something was taken from what the module may do.
  private static final Duration GRACE_OF_REVOKED = Duration.ofSeconds(2);

  private final String name;
  private final Activation activation;
  private final Supervision supervision;

  private List<Call> waiting = new ArrayList<>(); // guarded by this; for a load
  private Shares places = new Shares(Quota.QUEUE); // guarded by this; of those that wait
  private @Nullable Generation current; // guarded by this
  private @Nullable CompletableFuture<Generation> loading; // guarded by this
  private final Map<Object, CompletableFuture<?>> launches = new HashMap<>(); // guarded by this
  private int revocations; // guarded by this
  private boolean closed; // guarded by this

  ModuleSlot(String name, Activation activation, Supervision supervision) {
    this.name = name;
    this.activation = activation;
    this.supervision = supervision;
  }

  String name() {
    return name;
  }

  Supervision supervision() {
    return supervision;
  }

  /// A copy has ended by itself, and others still serve.
  void refill(Generation generation) {
    activation.refill(generation, this);
  }

  synchronized Optional<Generation> current() {
    return Optional.ofNullable(current).filter(generation -> generation.size() > 0);
  }

  synchronized boolean isLoading() {
    return loading != null;
  }

  /// @throws FailureException RESOURCE_EXHAUSTED if it takes no more calls now
  void open(Call call) {
    Generation ready;
    synchronized (this) {
      ready = current;
    }
    @Nullable Instance instance = ready == null ? null : ready.enter(call.caller());
    if (instance != null) {
      call.attach(instance);
      return;
    }
    boolean first;
    synchronized (this) {
      Failure full = takePlace(call);
      if (full != null) {
        forgetEnded();
        full = takePlace(call);
      }
      if (full != null) {
        throw new FailureException(full);
      }
      first = waiting.isEmpty();
      waiting.add(call);
    }
    if (first) {
      loaded().whenComplete(this::goOn);
    }
  }

  /// Under the lock.
  private @Nullable Failure takePlace(Call call) {
    return places.take(call.caller(), 1, Limits.DEFAULT.queue(), name);
  }

  /// Calls that were cancelled need no place. Under the lock.
  private void forgetEnded() {
    List<Call> over = waiting.stream().filter(Call::isOver).toList();
    over.forEach(call -> places.giveBack(call.caller(), 1));
    waiting.removeIf(over::contains);
  }

  /// The load has ended for which calls wait: they go on in the order in which they came.
  private void goOn(@Nullable Generation generation, @Nullable Throwable problem) {
    List<Call> calls;
    synchronized (this) {
      calls = waiting;
      waiting = new ArrayList<>();
      places = new Shares(Quota.QUEUE);
    }
    List<Call> again = new ArrayList<>(0);
    for (Call call : calls) {
      if (generation == null) {
        call.fail(failure(problem));
      } else if (!served(call, generation)) {
        again.add(
            call); // it has ended meanwhile, or was loaded anew: supervision says what is next
      }
    }
    again.forEach(this::openAgain);
  }

  private void openAgain(Call call) {
    try {
      open(call);
    } catch (FailureException e) {
      call.fail(e.failure());
    }
  }

  private static boolean served(Call call, Generation generation) {
    try {
      @Nullable Instance instance = generation.enter(call.caller());
      if (instance != null) {
        call.attach(instance);
      }
      return instance != null;
    } catch (FailureException e) {
      call.fail(e.failure());
      return true;
    }
  }

  /// The generation that serves now; loads one if there is none.
  CompletableFuture<Generation> loaded() {
    CompletableFuture<Generation> mine = new CompletableFuture<>();
    @Nullable Generation before;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(new FailureException(hostCloses()));
      }
      if (current != null && current.size() > 0) {
        return CompletableFuture.completedFuture(current);
      }
      if (loading != null) {
        return loading;
      }
      loading = mine;
      before = current;
    }
    if (before == null) {
      start(mine);
    } else {
      // Until all copies have ended supervision does not know what to say.
      before.gone().whenComplete((_, _) -> start(mine));
    }
    return mine;
  }

  /// Loads the module anew from its file. The old generation serves until the new one is ready, and
  /// goes on serving if the new one cannot be loaded.
  CompletableFuture<Reloaded> reload() {
    CompletableFuture<Generation> mine = new CompletableFuture<>();
    CompletableFuture<Generation> before;
    synchronized (this) {
      before = loading == null ? CompletableFuture.completedFuture(current) : loading;
      loading = mine;
    }
    supervision.forgive();
    // One after the other: the newest file wins.
    CompletableFuture<Optional<ModuleInfo>> was =
        before.handle((_, _) -> current().map(Generation::info));
    was.thenRun(() -> start(mine));
    return mine.handle((generation, problem) -> reloaded(was.join(), generation, problem));
  }

  private Reloaded reloaded(
      Optional<ModuleInfo> was, @Nullable Generation generation, @Nullable Throwable problem) {
    if (generation != null) {
      Reloaded reloaded = new Reloaded(was, generation.info(), List.of());
      decided(What.RELOADED, reloaded.text());
      return reloaded;
    }
    Failure failure = failure(problem);
    decided(What.NOT_RELOADED, failure.message());
    throw new FailureException(
        current().map(old -> Rollback.stays(failure, old.names(), old.info())).orElse(failure));
  }

  private void decided(What what, String why) {
    activation.limit().decisions().note(name, what, why);
  }

  private void start(CompletableFuture<Generation> mine) {
    int then = revocations();
    activation
        .begin(this)
        .whenComplete((generation, problem) -> {
          if (!replace(mine, generation, then)) {
            start(mine);
          } else if (generation == null) {
            mine.completeExceptionally(new FailureException(failure(problem)));
          } else {
            mine.complete(generation);
          }
        });
  }

  /// @param then how often something had been taken from the module when the load began
  /// @return whether that still holds: what has begun with more than it may have must not serve
  @SuppressWarnings("ReferenceEquality") // this very load, not an equal one
  private boolean replace(
      CompletableFuture<Generation> mine, @Nullable Generation fresh, int then) {
    Generation old;
    boolean late;
    boolean stale;
    synchronized (this) {
      old = current;
      late = closed;
      stale = revocations != then && !late;
      if (fresh != null && !late && !stale) {
        current = fresh;
      }
      if (loading == mine && !stale) {
        loading = null;
      }
    }
    if (fresh != null && (late || stale)) {
      fresh.retire(Duration.ZERO);
    } else if (fresh != null && old != null) {
      old.retire(GRACE);
    }
    return !stale;
  }

  /// How often something was taken from what the module may do.
  synchronized int revocations() {
    return revocations;
  }

  /// A copy is about to start.
  ///
  /// @param then [#revocations] before that
  void begins(CompletableFuture<?> launch, int then) {
    Object key = new Object();
    boolean stale;
    synchronized (this) {
      stale = revocations != then;
      launches.put(key, launch);
    }
    launch.whenComplete((_, _) -> over(key));
    if (stale) {
      launch.completeExceptionally(takenBack());
    }
  }

  private synchronized void over(Object launch) {
    launches.remove(launch);
  }

  /// Something was taken from what the module may do, and a copy may hold it: all end, with what
  /// they have open, also those that are about to start. Then the module starts anew.
  void revoked() {
    Generation old;
    List<CompletableFuture<?>> begun;
    synchronized (this) {
      revocations++;
      old = current;
      current = null;
      begun = List.copyOf(launches.values());
    }
    begun.forEach(launch -> launch.completeExceptionally(takenBack()));
    if (old != null && old.size() > 0) {
      decided(What.UNLOADED, "something was taken from what it may do");
      old.retire(GRACE_OF_REVOKED);
      old.gone().whenComplete((_, _) -> loaded());
    }
  }

  private FailureException takenBack() {
    return new FailureException(
        Failure.of(
            Code.UNAVAILABLE,
            Failure.Description.of(
                    "something was taken from what `%s` may do while it started.".formatted(name),
                    "Call again.")
                .asRetryable()));
  }

  /// Ends all instances. The next call loads the module again.
  ///
  /// @return whether there was anything to end
  boolean unload(Duration grace) {
    Generation old;
    synchronized (this) {
      old = current;
      current = null;
    }
    if (old == null || old.size() == 0) {
      return false;
    }
    decided(What.UNLOADED, "");
    old.retire(grace);
    return true;
  }

  /// A copy could not do what it does before it ends.
  void stoppedBadly(String why) {
    decided(What.STOPPED, "but " + why);
    System.getLogger("stoa")
        .log(System.Logger.Level.WARNING, "module `" + name + "` stops: " + why);
  }

  /// Ends it for good if it has something to do before.
  ///
  /// @return completes when it has done that and has ended
  CompletionStage<Void> part() {
    Generation known;
    synchronized (this) {
      known = current;
    }
    if (known == null || !known.hasStopHook()) {
      return CompletableFuture.completedFuture(null);
    }
    close();
    return known.gone();
  }

  void close() {
    CompletableFuture<Generation> underWay;
    synchronized (this) {
      closed = true;
      underWay = loading;
    }
    unload(Duration.ZERO);
    if (underWay != null) {
      underWay.completeExceptionally(new FailureException(hostCloses()));
    }
  }

  private static Failure hostCloses() {
    return Failure.of(Code.UNAVAILABLE, "the host is closing.", "Start it again.");
  }

  private Failure failure(@Nullable Throwable problem) {
    return switch (problem) {
      case FailureException e -> e.failure();
      case CompletionException e -> failure(e.getCause());
      case CancellationException _ ->
          Failure.of(Code.CANCELLED, "loading `" + name + "` was cancelled.", "");
      case null, default ->
          Failure.of(
              Code.INTERNAL,
              "loading `" + name + "` failed inside Stoa: " + problem + ".",
              "This is a fault of Stoa; please report it.");
    };
  }
}
