package stoa.worker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.module.Access;
import stoa.value.Arguments;
import stoa.value.Value;

/// Tells the host which grants the module uses or lacks: each of them at most once a second. Any
/// thread.
final class Notes {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// A module that tries everything is not remembered for ever.
  private static final int KEPT = 1_000;

  private final Supplier<Invoker> host;
  private final Map<Access.Use, Long> told = new ConcurrentHashMap<>();

  Notes(Supplier<Invoker> host) {
    this.host = host;
  }

  void take(Access.Use use) {
    long now = System.nanoTime();
    if (told.size() > KEPT) {
      told.clear();
    }
    Long before = told.get(use);
    if (before != null && now - before < EVERY_NANOS) {
      return;
    }
    told.put(use, now);
    Arguments arguments =
        new Arguments(List.of(Value.of(use.grant().text()), Value.of(use.allowed())), Map.of());
    host.get().open(Invocation.of("stoa", "noted", Payload.of(arguments)), _ -> {}); // nobody waits
  }
}
