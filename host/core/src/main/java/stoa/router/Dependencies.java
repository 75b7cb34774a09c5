package stoa.router;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import stoa.call.FailureException;
import stoa.module.ModuleInfo;

/// Sees to it that what a module needs is there, in a version that fits, before the module serves.
/// Loads it to know its version; side by side, if it is more than one. Any thread; never blocks.
final class Dependencies {
  private final Others others;

  /// What is being loaded, with what it waits for.
  private final Map<String, Map<String, String>> waiting = new HashMap<>(); // guarded by this

  /// The modules that others need.
  interface Others {
    /// @throws FailureException NO_SUCH_MODULE
    CompletableFuture<ModuleInfo> load(String name);

    /// What a module needs that is loaded; of others nothing.
    Map<String, String> needs(String name);
  }

  Dependencies(Others others) {
    this.others = others;
  }

  /// Completes when all that the module needs is there.
  ///
  /// @param needs module name to a range of versions
  /// @return fails with LOAD_FAILED, with the chain that led to what is wrong
  CompletableFuture<Void> met(String name, Map<String, String> needs) {
    if (needs.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Optional<List<Need>> circle = enter(name, needs);
    if (circle.isPresent()) {
      return CompletableFuture.failedFuture(Unmet.circle(name, circle.get()).exception());
    }
    CompletableFuture<?>[] each =
        new TreeMap<>(needs)
            .entrySet().stream()
                .map(need -> met(name, new Need(need.getKey(), need.getValue())))
                .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(each).whenComplete((_, _) -> leave(name));
  }

  /// Who of these is loaded and needs another version of a module than this.
  List<String> misfits(ModuleInfo module, Set<String> names) {
    List<String> misfits = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      others.needs(name).entrySet().stream()
          .map(need -> new Need(need.getKey(), need.getValue()))
          .filter(need -> need.module().equals(module.name()) && !need.fits(module.version()))
          .forEach(need -> misfits.add("%s needs %s".formatted(name, need.text())));
    }
    return misfits;
  }

  private CompletableFuture<Void> met(String name, Need need) {
    if (VersionRange.of(need.range()).isEmpty()) {
      return CompletableFuture.failedFuture(Unmet.noRange(name, need).exception());
    }
    CompletableFuture<Void> met = new CompletableFuture<>();
    loaded(need.module())
        .whenComplete((info, problem) -> {
          if (info == null) {
            met.completeExceptionally(explained(name, need, problem));
          } else if (need.fits(info.version())) {
            met.complete(null);
          } else {
            met.completeExceptionally(Unmet.otherVersion(name, need, info.version()).exception());
          }
        });
    return met;
  }

  private CompletableFuture<ModuleInfo> loaded(String need) {
    try {
      return others.load(need);
    } catch (FailureException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Throwable explained(String name, Need need, @Nullable Throwable problem) {
    Throwable cause =
        problem != null && problem.getCause() != null && !(problem instanceof FailureException)
            ? problem.getCause()
            : problem;
    if (cause instanceof FailureException e) {
      return Unmet.because(name, need, e.failure()).exception();
    }
    return cause == null ? new IllegalStateException("no module and no reason") : cause;
  }

  /// Notes what a module waits for, unless that waits for the module itself: then nobody would ever
  /// be ready.
  ///
  /// @return the circle that it would close, from the module's need back to the module
  private synchronized Optional<List<Need>> enter(String name, Map<String, String> needs) {
    Optional<List<Need>> circle = way(name, needs);
    if (circle.isEmpty()) {
      waiting.put(name, needs);
    }
    return circle;
  }

  private synchronized void leave(String name) {
    waiting.remove(name);
  }

  /// The shortest way from one of the needs to the module.
  private Optional<List<Need>> way(String name, Map<String, String> needs) {
    Deque<List<Need>> ways = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    further(List.of(), needs).forEach(ways::add);
    while (!ways.isEmpty()) {
      List<Need> way = ways.removeFirst();
      String at = way.getLast().module();
      if (at.equals(name)) {
        return Optional.of(way);
      }
      if (seen.add(at)) {
        further(way, others.needs(at)).forEach(ways::add);
        further(way, waiting.getOrDefault(at, Map.of())).forEach(ways::add);
      }
    }
    return Optional.empty();
  }

  private static List<List<Need>> further(List<Need> way, Map<String, String> needs) {
    List<List<Need>> ways = new ArrayList<>();
    new TreeMap<>(needs)
        .forEach((module, range) -> {
          List<Need> longer = new ArrayList<>(way);
          longer.add(new Need(module, range));
          ways.add(longer);
        });
    return ways;
  }
}
