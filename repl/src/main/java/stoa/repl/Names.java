package stoa.repl;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import stoa.call.Invoker;
import stoa.client.ModuleClient;
import stoa.repl.view.ModuleCard;
import stoa.value.Value;

/// What can be called, for completion and hints: asked for in the background, remembered, and never
/// waited for long. Safe from any thread.
final class Names {
  /// For how long the list of modules is believed, in nanoseconds.
  private static final long FRESH = TimeUnit.SECONDS.toNanos(2);

  private final CompletableFuture<Invoker> router;

  @GuardedBy("this")
  private final Map<String, CompletableFuture<ModuleCard>> cards = new HashMap<>();

  @GuardedBy("this")
  private CompletableFuture<List<String>> list = CompletableFuture.completedFuture(List.of());

  @GuardedBy("this")
  private List<String> last = List.of();

  @GuardedBy("this")
  private long asked = System.nanoTime() - 2 * FRESH;

  /// @param router may not be there yet
  Names(CompletableFuture<Invoker> router) {
    this.router = router;
  }

  /// The names of all modules as far as they are known after this time.
  List<String> modules(Duration wait) {
    List<String> now = await(list(), wait).orElse(List.of());
    synchronized (this) {
      if (!now.isEmpty()) {
        last = now;
      }
      return last;
    }
  }

  /// The names of all modules, asked for again when they are old.
  synchronized CompletableFuture<List<String>> list() {
    if (System.nanoTime() - asked > FRESH && list.isDone()) {
      asked = System.nanoTime();
      list =
          call("list")
              .thenApply(rows -> rows.asList().stream().map(r -> r.at("name").asText()).toList());
    }
    return list;
  }

  /// What a module says of itself, if that is known by then. Loads the module if need be.
  Optional<ModuleCard> card(String module, Duration wait) {
    return await(describe(module), wait);
  }

  /// What a module says of itself, if that was asked for and answered.
  synchronized Optional<ModuleCard> known(String module) {
    return Optional.ofNullable(cards.get(module)).flatMap(card -> await(card, Duration.ZERO));
  }

  /// Asks for it, once. Loads the module if need be.
  synchronized CompletableFuture<ModuleCard> describe(String module) {
    CompletableFuture<ModuleCard> card = cards.get(module);
    if (card == null || card.isCompletedExceptionally()) {
      card = call("describe", module).thenApply(ModuleCard::of);
      cards.put(module, card);
    }
    return card;
  }

  /// What is known of a module may be wrong now.
  synchronized void forget(String module) {
    cards.remove(module);
    asked = System.nanoTime() - 2 * FRESH;
  }

  private CompletableFuture<Value> call(String method, Object... arguments) {
    return router.thenCompose(
        invoker -> new ModuleClient(invoker, "stoa").callAsync(method, arguments));
  }

  private static <T> Optional<T> await(CompletableFuture<T> future, Duration wait) {
    try {
      return future.isDone() || wait.isPositive()
          ? Optional.of(future.get(wait.toNanos(), TimeUnit.NANOSECONDS))
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }
}
