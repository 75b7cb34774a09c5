package stoa.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;

/// All instances of one loaded version of a module.
final class Generation {
  private final Found found;
  private final ModuleInfo info;
  private final Care care;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final Set<String> idempotent;
  private final CacheRules rules;
  private final ResultCache results;
  private final StopHook stopHook;
  private final List<Instance> instances = new ArrayList<>(); // guarded by this
  private int turn; // guarded by this
  private boolean retired; // guarded by this

  /// Who looks after the copies.
  ///
  /// @param files how they stood when the copies were made
  record Care(ModuleSlot slot, FileState files, Timer timer) {}

  /// @throws stoa.call.FailureException LOAD_FAILED if the module and its manifest do not fit
  Generation(Found found, Instance first, Care care) {
    this.found = found;
    this.info = withManifest(first.module().info(), found.manifest());
    this.care = care;
    this.idempotent =
        info.methods().stream()
            .filter(MethodInfo::idempotent)
            .map(MethodInfo::name)
            .collect(Collectors.toUnmodifiableSet());
    this.rules = CacheRules.of(info, found.manifest().cache().megabytes());
    this.results = new ResultCache(rules.bytes(), System::nanoTime);
    this.stopHook = StopHook.of(info, found.manifest().stop(), care.slot()::stoppedBadly);
    add(first);
  }

  /// What the module says of itself, completed by its manifest.
  private static ModuleInfo withManifest(ModuleInfo said, Manifest manifest) {
    String version = manifest.version().isEmpty() ? said.version() : manifest.version();
    Map<String, String> needs = new HashMap<>(said.needs());
    needs.putAll(manifest.start().needs());
    ModuleInfo completed =
        new ModuleInfo(said.name(), version, said.doc(), said.methods(), needs, said.language());
    return CacheRules.merged(completed, manifest.cache());
  }

  Found found() {
    return found;
  }

  ModuleInfo info() {
    return info;
  }

  /// Whether its copies have something to do before they end.
  boolean hasStopHook() {
    return stopHook.isThere();
  }

  /// How its files stood when it was made.
  FileState files() {
    return care.files();
  }

  /// Whether a method may be called again without harm.
  boolean isIdempotent(String method) {
    return idempotent.contains(method);
  }

  /// Completes when all copies have ended, and supervision knows.
  CompletionStage<Void> gone() {
    return gone;
  }

  /// How many copies take calls.
  synchronized int size() {
    return (int) instances.stream().filter(instance -> instance.module().serves()).count();
  }

  /// What the copies that take calls are called.
  synchronized List<String> names() {
    return instances.stream()
        .filter(instance -> instance.module().serves())
        .map(Instance::holder)
        .toList();
  }

  /// Adds a copy, and forgets it when it ends by itself.
  void add(Instance instance) {
    instance.cached(rules, results);
    instance.joined(this, care.slot());
    instance.stopsWith(stopHook);
    boolean late;
    synchronized (this) {
      late = retired;
      if (!late) {
        instances.add(instance);
      }
    }
    if (late) {
      instance.retire(Duration.ZERO, care.timer());
      return;
    }
    instance.module().ended().whenComplete((failure, _) -> ended(instance, failure));
  }

  private void ended(Instance instance, Failure why) {
    boolean byItself = !instance.retired();
    if (byItself) {
      care.slot().supervision().ended(instance.start(), why);
    }
    boolean last;
    synchronized (this) {
      instances.remove(instance);
      last = instances.isEmpty();
    }
    if (last) {
      gone.complete(null);
    } else if (byItself) {
      care.slot().refill(this);
    }
  }

  /// Whether another generation serves now, or none.
  synchronized boolean retired() {
    return retired;
  }

  /// A place for one call on the copy with the fewest calls open, or null if no copy is left or the
  /// generation has retired: its copies may be closed already.
  ///
  /// @throws stoa.call.FailureException RESOURCE_EXHAUSTED if all have too many calls open
  @Nullable Instance enter(String caller) {
    synchronized (this) {
      @Nullable Instance chosen = null;
      int fewest = Integer.MAX_VALUE;
      int size = retired ? 0 : instances.size();
      // Among equals the copies take turns.
      turn = size == 0 ? 0 : (turn + 1) % size;
      for (int i = 0; i < size && fewest > 0; i++) {
        Instance candidate = instances.get((turn + i) % size);
        int open = candidate.open();
        if (open < fewest && candidate.module().serves()) {
          fewest = open;
          chosen = candidate;
        }
      }
      if (chosen != null) {
        chosen.entered(caller);
      }
      return chosen;
    }
  }

  void retire(Duration grace) {
    List<Instance> leaving;
    synchronized (this) {
      retired = true;
      leaving = List.copyOf(instances);
    }
    leaving.forEach(instance -> instance.retire(grace, care.timer()));
  }
}
