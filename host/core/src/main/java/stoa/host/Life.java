package stoa.host;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.sandbox.Guard;
import stoa.value.Value;

/// How long a host lives and how it is doing: what `stoa.status` and `stoa.stop` answer.
///
/// @param clients how many processes are connected
/// @param prepared the languages of which a context is ready
/// @param begun by [System#nanoTime]: the time of day may be set meanwhile
/// @param log how the log is doing
record Life(
    Optional<StandAlone> standsAlone,
    IntSupplier clients,
    Supplier<List<String>> prepared,
    long begun,
    Supplier<String> log) {
  private static final long MEGABYTE = 1024 * 1024;

  /// One client is the one that asks.
  private static final int ALONE = 1;

  /// @param calls open now
  Map<String, Object> status(
      int calls, Map<String, String> engines, List<Map<String, Object>> modules) {
    Runtime memory = Runtime.getRuntime();
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("pid", ProcessHandle.current().pid());
    status.put("build", standsAlone.map(StandAlone::build).orElse(""));
    status.put("java", Runtime.version().toString());
    status.put("engines", engines);
    status.put("prepared", prepared.get());
    status.put("uptime_s", Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    status.put(
        "idle_limit_s",
        standsAlone
            .flatMap(StandAlone::idle)
            .map(limit -> Value.of(limit.toSeconds()))
            .orElse(Value.NULL));
    status.put("clients", clients.getAsInt());
    status.put("calls", calls);
    status.put("heap_mb", (memory.totalMemory() - memory.freeMemory()) / MEGABYTE);
    status.put("children", Guard.best().meaning());
    status.put("log", log.get());
    status.put("modules", modules);
    return status;
  }

  /// @param calls open now
  /// @return whether the host ends
  boolean stop(int calls, Value now, Value ifIdle) {
    StandAlone alone = standsAlone.orElseThrow(() -> new FailureException(notMine()));
    if (isTrue(ifIdle) && (calls > 0 || clients.getAsInt() > ALONE)) {
      return false;
    }
    alone.end().accept(isTrue(now) ? Farewell.STOP_NOW : Farewell.STOP);
    return true;
  }

  private static boolean isTrue(Value value) {
    return value instanceof Value.Bool(boolean yes) && yes;
  }

  private static Failure notMine() {
    return Failure.of(
        Code.UNSUPPORTED,
        "this host is part of another program and ends with it.",
        "End that program.");
  }
}
