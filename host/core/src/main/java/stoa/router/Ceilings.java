package stoa.router;

import java.time.Duration;
import java.util.Map;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.grant.Amount;
import stoa.grant.Policy;
import stoa.limit.Limits;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Placement;

/// What a module may have of the host without asking, and whether the user granted what goes beyond
/// it.
final class Ceilings {
  private Ceilings() {}

  /// @throws FailureException LOAD_FAILED, with the grant that is missing and how it is given
  static void check(Found found, Policy policy) {
    Manifest manifest = found.manifest();
    Duration cpu = manifest.limits().cpu();
    if (cpu.compareTo(Limits.DEFAULT.cpu()) > 0) {
      require(
          policy,
          found.name(),
          new Amount(Amount.Of.TIME, cpu.toMillis()),
          "wants %s of CPU time for a call (`cpu` in its `[limits]`), more than the %s that all have"
              .formatted(words(cpu), words(Limits.DEFAULT.cpu())));
    }
    int heap = manifest.heapMegabytes();
    if (heap > Manifest.DEFAULT_HEAP_MEGABYTES && found.placement() != Placement.CONTEXT) {
      require(
          policy,
          found.name(),
          new Amount(Amount.Of.MEMORY, (long) heap << 20),
          "wants a heap of %d MB (`heap_mb`), more than the %d MB that all have"
              .formatted(heap, Manifest.DEFAULT_HEAP_MEGABYTES));
    }
  }

  private static void require(Policy policy, String module, Amount wanted, String wish) {
    if (policy.amount(module, wanted.of()).orElse(0L) >= wanted.amount()) {
      return;
    }
    String value =
        switch (wanted.of()) {
          case TIME -> "time:" + words(Duration.ofMillis(wanted.amount()));
          case MEMORY -> "memory:" + (wanted.amount() >> 20) + "m";
        };
    Grant grant = new Grant(Grant.Kind.HOST, value);
    policy.noted(module, new Access.Use(grant, false));
    throw new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            Description.of(
                    "`%s` %s.".formatted(module, wish),
                    "To allow it: stoa grant %s %s".formatted(module, grant.text()))
                .with(Map.of("module", module, "grant", grant.text()))));
  }

  /// As `module.toml` and grants have it.
  private static String words(Duration time) {
    if (time.toMillis() % 60_000 == 0) {
      return time.toMinutes() + "m";
    }
    return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }
}
