package stoa.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks several times a second at what all children of a host use, and tells of those that use too
/// much: the kernel counts for each process by itself, and not everywhere at all. Its thread lives
/// as long as there are children.
public final class Watch implements AutoCloseable {
  private static final long EVERY_MS = 200;

  private final List<Watched> all = new ArrayList<>(); // guarded by this
  private @Nullable Thread thread; // guarded by this

  /// A limit that was broken.
  ///
  /// @param quota `processes` or `memory`
  public record Excess(String quota, long used, long max) {}

  private record Watched(ProcessHandle process, Nest nest, Limits limits, Consumer<Excess> taker) {
    /// @return whether it need not be looked at any more
    boolean look() {
      try {
        return looked();
      } catch (RuntimeException e) { // the others are to be looked at all the same
        System.getLogger("stoa").log(System.Logger.Level.DEBUG, "cannot look at a process", e);
        return false;
      }
    }

    private boolean looked() {
      if (!process.isAlive()) {
        return true;
      }
      Optional<Excess> excess = broken();
      excess.ifPresent(taker);
      return excess.isPresent();
    }

    private Optional<Excess> broken() {
      Usage usage = Usage.of(process.pid(), limits.processes());
      if (usage.tasks() > limits.processes()) {
        return Optional.of(new Excess("processes", usage.tasks(), limits.processes()));
      }
      if (usage.memory() > limits.memory()) {
        return Optional.of(new Excess("memory", usage.memory(), limits.memory()));
      }
      return seen(nest, limits);
    }
  }

  /// What the kernel broke off between two looks, or of a process that has ended meanwhile. It
  /// kills one process of many, and not the one that waits for it.
  ///
  /// @param nest not yet closed
  public static Optional<Excess> seen(Nest nest, Limits limits) {
    return Cgroups.killed(nest)
        ? Optional.of(new Excess("memory", Cgroups.most(limits), limits.memory()))
        : Optional.empty();
  }

  /// @param nest of the process
  /// @param taker is told once, on the watch's thread; it has to end the process
  public synchronized void over(
      ProcessHandle process, Nest nest, Limits limits, Consumer<Excess> taker) {
    all.add(new Watched(process, nest, limits, taker));
    if (thread == null) {
      thread = Thread.ofPlatform().name("stoa-watch").daemon().start(this::run);
    }
  }

  private void run() {
    try {
      for (List<Watched> now = those(); !now.isEmpty(); now = those()) {
        List<Watched> done = now.stream().filter(Watched::look).toList();
        synchronized (this) {
          all.removeAll(done);
        }
        TimeUnit.MILLISECONDS.sleep(EVERY_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<Watched> those() {
    if (all.isEmpty()) {
      thread = null;
    }
    return List.copyOf(all);
  }

  @Override
  public synchronized void close() {
    all.clear();
  }
}
