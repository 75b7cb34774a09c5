package stoa.polyglot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import stoa.module.Language;
import stoa.polyglot.context.Cell;

/// Contexts that are made before anybody knows for which module: at most one for each language.
/// Each is given out once, and nobody gives it back.
final class Spares {
  private final Function<Language, Cell> maker;
  private final Map<Language, Spare> ready = new EnumMap<>(Language.class); // guarded by this
  private final List<Cell> leaving = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this

  private record Spare(Cell cell, CompletableFuture<Void> prepared) {}

  Spares(Function<Language, Cell> maker) {
    this.maker = maker;
  }

  /// @return as [stoa.module.Engine#prepare]
  CompletionStage<Void> prepare(Language language) {
    Spare made;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(new IllegalStateException("the engine is closed"));
      }
      Spare known = ready.get(language);
      if (known != null) {
        return known.prepared();
      }
      Cell cell = maker.apply(language);
      made = new Spare(cell, cell.prepare());
      ready.put(language, made);
    }
    return made.prepared()
        .whenComplete((_, problem) -> {
          if (problem != null && removed(made)) {
            leave(made.cell());
          }
        });
  }

  /// The one that there is, even if it is not complete yet: what is left to do has to be done
  /// anyway.
  synchronized Optional<Cell> take(Language language) {
    return Optional.ofNullable(ready.remove(language)).map(Spare::cell);
  }

  private synchronized boolean removed(Spare spare) {
    return ready.remove(spare.cell().language(), spare);
  }

  void discard(Language language) {
    take(language).ifPresent(this::leave);
  }

  private synchronized void leave(Cell cell) {
    leaving.removeIf(Cell::hasEnded);
    leaving.add(cell);
    cell.close();
  }

  /// Gives up all there are, and makes no more. Does not wait.
  void close() {
    synchronized (this) {
      closed = true;
    }
    for (Language language : Language.values()) {
      discard(language);
    }
  }

  /// Waits for those that were given up.
  void awaitEnd(long endNanos) throws InterruptedException {
    List<Cell> all;
    synchronized (this) {
      all = List.copyOf(leaving);
    }
    for (Cell cell : all) {
      cell.awaitEnd(Duration.ofNanos(Math.max(1, endNanos - System.nanoTime())));
    }
  }

  /// Languages of which a context does not end.
  synchronized Set<Language> stuck() {
    return leaving.stream()
        .filter(cell -> !cell.hasEnded())
        .map(Cell::language)
        .collect(Collectors.toSet());
  }
}
