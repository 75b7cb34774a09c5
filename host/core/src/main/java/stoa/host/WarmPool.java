package stoa.host;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stoa.module.Engine;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.Surroundings;
import stoa.router.Found;
import stoa.router.Launcher;
import stoa.router.Timer;

/// Launches modules into contexts, and keeps one context ready for the next module of each language
/// in use: one that was loaded here before and of which there are modules (ADR 12). Any thread.
final class WarmPool implements Launcher, AutoCloseable {
  /// So long the host has to be idle before a context is made. Milliseconds, as all here.
  static final long MOMENT = 500;

  /// How often it is looked at whether what is ready is still wanted.
  static final long WATCH = 10_000;

  private final Launcher contexts;
  private final Function<Language, Engine> engines;
  private final Conditions conditions;
  private final Timer timer;
  private final Consumer<String> remarks;

  private final Set<Language> wanted = EnumSet.noneOf(Language.class); // guarded by this
  private final Map<Language, CompletableFuture<Void>> made =
      new EnumMap<>(Language.class); // guarded by this
  private Timer.@Nullable Alarm next; // guarded by this
  private boolean closed; // guarded by this

  /// When a context is made and kept.
  ///
  /// @param hasModules whether there are modules of a language
  /// @param idle whether the host has had nothing to do
  /// @param tight whether memory is short
  record Conditions(Predicate<Language> hasModules, Idleness idle, BooleanSupplier tight) {}

  /// @param contexts loads modules, with what [#engines] prepared
  /// @param remarks takes why something could not be prepared
  WarmPool(
      Launcher contexts,
      Function<Language, Engine> engines,
      Conditions conditions,
      Timer timer,
      Consumer<String> remarks) {
    this.contexts = contexts;
    this.engines = engines;
    this.conditions = conditions;
    this.timer = timer;
    this.remarks = remarks;
  }

  /// The languages of which a context is ready.
  synchronized List<String> ready() {
    return made.entrySet().stream()
        .filter(entry -> entry.getValue().isDone())
        .map(entry -> entry.getKey().id())
        .toList();
  }

  @Override
  public CompletableFuture<LoadedModule> launch(Found found, Surroundings surroundings) {
    CompletableFuture<LoadedModule> launched = contexts.launch(found, surroundings);
    launched.thenRun(() -> used(found.source().language()));
    return launched;
  }

  /// A context of this language was taken, and the next one is to be ready when the host has
  /// nothing else to do.
  synchronized void used(Language language) {
    made.remove(language);
    wanted.add(language);
    conditions.idle().begin();
    lookIn(MOMENT);
  }

  private synchronized void lookIn(long millis) {
    if (next != null) {
      timer.cancel(next);
    }
    if (!closed) {
      // It reads the modules folder: not on the timer's thread.
      next =
          timer.in(
              millis,
              TimeUnit.MILLISECONDS,
              () -> Thread.ofVirtual().name("stoa-warm-pool").start(this::look));
    }
  }

  private void look() {
    boolean idle = conditions.idle().ends();
    boolean tight = conditions.tight().getAsBoolean();
    boolean waits = false;
    for (Language language : wanted()) {
      if (!conditions.hasModules().test(language)) {
        giveUp(language);
        forget(language);
      } else if (tight) {
        giveUp(language);
      } else if (!isMade(language)) {
        waits |= !idle;
        if (idle) {
          prepare(language);
        }
      }
    }
    if (!wanted().isEmpty()) {
      lookIn(waits ? MOMENT : WATCH);
    }
  }

  private synchronized Set<Language> wanted() {
    return Set.copyOf(wanted);
  }

  private synchronized void forget(Language language) {
    wanted.remove(language);
  }

  private synchronized boolean isMade(Language language) {
    return made.containsKey(language);
  }

  private void giveUp(Language language) {
    boolean there;
    synchronized (this) {
      there = !closed && made.remove(language) != null;
    }
    if (there) {
      engines.apply(language).discard(language);
    }
  }

  private void prepare(Language language) {
    CompletionStage<Void> prepared;
    synchronized (this) {
      if (closed) {
        return;
      }
      // Returns at once.
      prepared = engines.apply(language).prepare(language);
      made.put(language, prepared.toCompletableFuture());
    }
    prepared.whenComplete((_, problem) -> {
      if (problem != null) {
        failed(language, problem);
      }
    });
  }

  /// It is not tried again before the next module of the language is loaded.
  private void failed(Language language, Throwable problem) {
    synchronized (this) {
      if (closed) {
        return;
      }
      made.remove(language);
      wanted.remove(language);
    }
    remarks.accept(
        "no context for %s could be prepared, so the next module starts without: %s"
            .formatted(language.id(), problem));
  }

  /// Makes no more. What is ready ends with its engine.
  @Override
  public synchronized void close() {
    closed = true;
    made.clear();
    if (next != null) {
      timer.cancel(next);
    }
  }
}
