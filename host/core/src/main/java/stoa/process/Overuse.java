package stoa.process;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import stoa.call.Failure;
import stoa.call.Failure.Description;
import stoa.limit.Quota;
import stoa.module.Placement;
import stoa.router.Found;

/// How much a process may use, and what is said when it uses more.
final class Overuse {
  /// How a JVM ends that has no memory left, see `-XX:+ExitOnOutOfMemoryError`.
  private static final int OUT_OF_MEMORY = 3;

  /// A worker looks at its calls itself. Its compiler and its collector work for them too.
  private static final int TIMES_IN_WORKER = 2;

  private static final Duration MORE_IN_WORKER = Duration.ofSeconds(5);

  private Overuse() {}

  /// The CPU time that a process may use while no call gets on.
  static Duration limit(Found found) {
    Duration ofCall = found.manifest().limits().cpu();
    return found.placement() == Placement.WORKER
        ? ofCall.multipliedBy(TIMES_IN_WORKER).plus(MORE_IN_WORKER)
        : ofCall;
  }

  static Failure ofCpu(Found found, String call, Duration used) {
    return Quota.CPU.exceeded(
        Description.of(
            "`%s` did not get on while its process used %.1f s of CPU time; %.1f s is what a call of `%s` may use."
                .formatted(
                    call, used.toMillis() / 1000.0, limit(found).toMillis() / 1000.0, found.name()),
            "`cpu` in the `[limits]` of its module.toml says how much; a stream has so much for each item. Beyond"
                + " the default it needs a grant: stoa grant %s host=time:1h"
                    .formatted(found.name())),
        used.toMillis(),
        limit(found).toMillis());
  }

  /// If that is how a process ended: it used up its memory.
  ///
  /// @param details of its end
  static Optional<Failure> ofHeap(Found found, int exitCode, Map<String, String> details) {
    if (found.placement() != Placement.WORKER || exitCode != OUT_OF_MEMORY) {
      return Optional.empty();
    }
    long heap = (long) found.manifest().heapMegabytes() << 20;
    Description said =
        Description.of(
                "`%s` used up its heap of %d MB, and its worker ended."
                    .formatted(found.name(), found.manifest().heapMegabytes()),
                "`heap_mb` in its module.toml says how much it has; more than 512 needs a grant: stoa grant %s"
                        .formatted(found.name())
                    + " host=memory:1g. It is started again at the next call.")
            .with(details);
    return Optional.of(Quota.HEAP.exceeded(said, heap, heap));
  }
}
