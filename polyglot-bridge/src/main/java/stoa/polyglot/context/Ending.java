package stoa.polyglot.context;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;
import stoa.call.Deadline;
import stoa.call.Failure;
import stoa.limit.Quota;
import stoa.module.Surroundings;

/// How calls of a context are stopped, and how the context itself ends. Any thread.
///
/// The ladder of a cancelled call, and what the others get:
///
/// 1. The guest is asked at once: calls that it made for this one are cancelled, code that waits
///    gets an error, generators are closed. For [Deadline#CLEANING_UP] it may call others to clean
///    up; what it opens later is refused. Others notice nothing.
/// 2. After [CancelLadder#PATIENCE], or when what it called to clean up has ended, its code is
///    interrupted, if it is the code that runs. That unwinds the whole stack of the context, so
///    every call that has begun here ends CANCELLED, naming the culprit; calls that still wait for
///    their turn are served. Objects that were handed out stay.
/// 3. When the interrupt does not reach the code within [CancelLadder#INTERRUPT], the thread is
///    given up: every call, begun or waiting, and every later one ends LOST, retryable; objects
///    that were handed out are lost. [stoa.module.LoadedModule#abandoned] tells the host.
final class Ending {
  private final GuestModule module;
  private final ContextThread thread;
  private final CancelLadder ladder;
  private final Object interrupts = new Object(); // one at a time
  private final CompletableFuture<Failure> ended = new CompletableFuture<>();

  /// One for all who ask: each stage made from a future stays in its memory until it completes.
  private final CompletionStage<Failure> told = ended.minimalCompletionStage();

  private final AtomicBoolean shutDown = new AtomicBoolean();
  private volatile @Nullable Failure refusal;
  private volatile boolean abandoned;

  Ending(GuestModule module, ContextThread thread, CancelLadder ladder) {
    this.module = module;
    this.thread = thread;
    this.ladder = ladder;
  }

  CompletionStage<Failure> ended() {
    return told;
  }

  boolean isOver() {
    return ended.isDone();
  }

  /// Whether it has been loaded and takes calls.
  boolean isServing() {
    return module.hasLoaded() && refusal == null;
  }

  /// Why no call is taken any more; null while calls are taken.
  @Nullable Failure refusal() {
    return refusal;
  }

  boolean abandoned() {
    return abandoned;
  }

  // ---- the ladder ----

  /// Looks after a call that was asked to stop.
  void watch(GuestCall call, Failure cancelled) {
    ladder.after(
        CancelLadder.PATIENCE,
        () -> {
          if (!call.ended() && call.hasCleanedUp()) {
            ladder.after(CancelLadder.CLEANING_UP, () -> end(call, cancelled));
          } else {
            end(call, cancelled);
          }
        });
  }

  private void end(GuestCall call, Failure cancelled) {
    if (!call.ended() && mayInterrupt(call)) {
      CancelLadder.aside("stoa-interrupt", () -> interrupt(call, cancelled));
    } else {
      call.failed(cancelled);
    }
  }

  /// Runs `step` when code that hears now that it is to stop may call nobody any more.
  void afterGrace(Runnable step) {
    ladder.after(Deadline.CLEANING_UP, step);
  }

  /// Only code of that call, or code that belongs to no call any more, is worth an interrupt:
  /// others do nothing wrong.
  private boolean mayInterrupt(GuestCall call) {
    long running = thread.running();
    return running >= 0 && (running == call.number() || module.served().find(running) == null);
  }

  private void interrupt(GuestCall culprit, Failure cancelled) {
    Guest guest = module.guestIfAny();
    if (guest == null) {
      return;
    }
    synchronized (interrupts) {
      try (ContextThread.Pause _ = thread.pause()) {
        // Its code may have ended meanwhile, or another interrupt may have hit it.
        if (culprit.ended() || !mayInterrupt(culprit)) {
          culprit.failed(cancelled);
          return;
        }
        unwind(guest, call -> interrupted(call, culprit));
      } catch (TimeoutException e) {
        Failure verdict = interrupted(culprit, culprit);
        if (verdict.code() == Failure.Code.RESOURCE_EXHAUSTED) {
          culprit.failed(verdict);
        }
        abandon(
            "`"
                + culprit.invocation().name()
                + "` did not stop: it is inside a built-in function that cannot be stopped");
      } catch (IllegalStateException e) {
        culprit.failed(interrupted(culprit, culprit));
      }
    }
  }

  private void unwind(Guest guest, Function<GuestCall, Failure> ends) throws TimeoutException {
    // Whatever begins after the interrupt is not hit by it.
    List<GuestCall> hit = module.served().all().stream().filter(call -> !call.waits()).toList();
    guest.context().interrupt(CancelLadder.INTERRUPT);
    hit.forEach(call -> unwound(call, ends.apply(call)));
  }

  /// Stops code that belongs to no call and does not let others have their turn.
  ///
  /// @param still whether it runs
  /// @param what it did, for people
  void stopStray(BooleanSupplier still, String what) {
    Guest guest = module.guestIfAny();
    if (guest == null || isOver()) {
      return;
    }
    synchronized (interrupts) {
      try (ContextThread.Pause _ = thread.pause()) {
        if (still.getAsBoolean()) {
          module.say(Surroundings.Stream.WARNING, "interrupted: " + what);
          unwind(guest, _ -> strayed(what));
        }
      } catch (TimeoutException e) {
        abandon(what + ", inside a built-in function that cannot be stopped");
      } catch (IllegalStateException e) {
        // It ends anyway.
      }
    }
  }

  private void unwound(GuestCall call, Failure failure) {
    call.stop("interrupted", failure);
    call.failed(failure);
    module.submit(call.number(), () -> cancelInGuest(call));
  }

  private void cancelInGuest(GuestCall call) {
    Guest guest = module.guestIfAny();
    if (guest != null) {
      guest.cancel(call.number(), "interrupted");
    }
  }

  /// Gives the thread up: nothing can stop it in this process.
  private void abandon(String why) {
    abandoned = true;
    Failure lost =
        Failure.of(
            Failure.Code.LOST,
            Failure.Description.of(
                    "Module `" + module.name() + "` was given up: " + why + ".",
                    "Calls start a new copy. Run the module with placement `worker`, where it can be killed.")
                .asRetryable()
                .with(Map.of("by", "host")));
    refusal = lost;
    shutDown.set(true);
    module.say(
        Surroundings.Stream.WARNING,
        "thread " + thread.name() + " was given up and may keep a core busy: " + why);
    end(lost);
  }

  // ---- closing ----

  void close(Duration grace) {
    if (refusal == null) {
      refusal =
          Failure.of(
              Failure.Code.UNAVAILABLE,
              Failure.Description.of("Module `" + module.name() + "` is closing.", "Call again.")
                  .asRetryable());
    }
    if (module.served().isEmpty() || grace.isZero()) {
      shutDown();
    } else {
      ladder.after(grace, this::shutDown);
    }
  }

  /// The last call has ended.
  void idle() {
    if (refusal != null) {
      shutDown();
    }
  }

  private void shutDown() {
    if (!shutDown.compareAndSet(false, true)) {
      return;
    }
    module
        .served()
        .all()
        .forEach(call -> module.served().cancel(call, "module `" + module.name() + "` closes"));
    module.outbound().leave("module `" + module.name() + "` closes");
    module.submit(ContextThread.NO_CALL, this::closeContext);
    thread.stop();
    CancelLadder.aside("stoa-close-" + module.name(), this::awaitThread);
  }

  private void closeContext() {
    Guest guest = module.guestIfAny();
    if (guest != null) {
      guest.context().close(true);
    }
  }

  private void awaitThread() {
    try {
      if (!thread.join(CancelLadder.PATIENCE.plus(CancelLadder.CLEANING_UP).toMillis())) {
        stopByForce();
      }
      if (refusal != null) {
        end(refusal);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stopByForce() throws InterruptedException {
    Guest guest = module.guestIfAny();
    try {
      if (guest != null) {
        guest.context().interrupt(CancelLadder.INTERRUPT);
      }
    } catch (TimeoutException | IllegalStateException e) {
      // Looked at next: whether the thread ended is what counts.
    }
    if (!thread.join(5000)) {
      abandon("it did not stop when it was closed");
    }
  }

  private void end(Failure failure) {
    module.served().all().forEach(call -> call.failed(failure));
    module.outbound().leave(failure.message());
    module.closeFiles();
    ended.complete(failure);
  }

  void await(Duration time) throws InterruptedException {
    try {
      ended.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // The caller looks at what is left.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- words ----

  static Failure cancelled(GuestCall call, String reason) {
    return Failure.of(
        Failure.Code.CANCELLED,
        "The call of `" + call.invocation().name() + "` was cancelled: " + reason + ".",
        "");
  }

  private static Failure interrupted(GuestCall call, GuestCall culprit) {
    Failure verdict = culprit.verdict();
    boolean exceeds = verdict != null && verdict.code() == Failure.Code.RESOURCE_EXHAUSTED;
    if (verdict != null && exceeds && call.number() == culprit.number()) {
      return verdict;
    }
    return Failure.of(
        Failure.Code.CANCELLED,
        "Interrupted, because `%s` %s and did not stop in time."
            .formatted(
                culprit.invocation().name(), exceeds ? "used more than it may" : "was cancelled"),
        "An interrupt ends every call that its context has begun; call again.");
  }

  private static Failure strayed(String what) {
    return Failure.of(
        Failure.Code.CANCELLED,
        "Interrupted, because " + what + ".",
        "An interrupt ends every call that its context has begun; call again.");
  }

  static boolean isInterrupt(Throwable error) {
    return error instanceof PolyglotException guest
        && (guest.isInterrupted() || guest.isCancelled());
  }

  /// Why a call ended without its guest saying so.
  static Failure broken(GuestCall call, Throwable error) {
    if (isInterrupt(error)) {
      return interrupted(call, call);
    }
    if (error instanceof PolyglotException guest && guest.isResourceExhausted()) {
      return Quota.HEAP.exceeded(
          Failure.Description.of(
              "`" + call.invocation().name() + "` used up memory or stack: " + guest.getMessage(),
              "The figures are those of the whole process that it runs in. In placement `worker` a module has a heap"
                  + " of its own, and `heap_mb` in its module.toml says how large it is."),
          Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(),
          Runtime.getRuntime().maxMemory());
    }
    String message = String.valueOf(error.getMessage());
    if (message.contains("not allowed") || message.contains("was excluded")) {
      return Failure.of(
          Failure.Code.DENIED,
          "`%s` did what a context cannot do: %s.".formatted(call.invocation().name(), message),
          "Ask the host for it (stoa.fetch, stoa.run), or give the module placement = \"native\".");
    }
    return Failure.of(
        Failure.Code.INTERNAL,
        "`" + call.invocation().name() + "` broke the engine: " + error,
        "This is a fault of the engine or of Stoa: report it.");
  }
}
