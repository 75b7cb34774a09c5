package stoa.polyglot.context;

import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Description;
import stoa.limit.Quota;

/// How much CPU time the calls of one context use, as far as that can be seen by looking at its
/// thread from time to time: what was used since the last look counts for the call whose code runs
/// now. Calls that take turns are charged by chance, in proportion to what they use.
///
/// A call that says an item begins anew. Code that belongs to no call, as that of a timer, may use
/// as much before it lets others have their turn.
public final class CpuMeter {
  private final String module;
  private final ContextThread thread;
  private final Served served;
  private final Ending ending;
  private final Duration limit;

  // The watch's thread only.
  private long lastTurn;
  private boolean wasBusy;
  private long lastNanos;
  private long strayNanos; // of code without a call, in the turn that it has

  CpuMeter(String module, ContextThread thread, Served served, Ending ending, Duration limit) {
    this.module = module;
    this.thread = thread;
    this.served = served;
    this.ending = ending;
    this.limit = limit;
  }

  /// Looks at the thread.
  ///
  /// @return whether it has done anything since the last look
  boolean look(ThreadMXBean threads) {
    long running = thread.running();
    long turn = thread.turn();
    boolean worked = running >= 0 || turn != lastTurn;
    strayNanos = turn == lastTurn ? strayNanos : 0;
    lastTurn = turn;
    if (running < 0 || ending.isOver()) {
      wasBusy = false;
      return worked;
    }
    long nanos = threads.getThreadCpuTime(thread.id());
    if (wasBusy) {
      charge(served.find(running), nanos - lastNanos);
    }
    wasBusy = true;
    lastNanos = nanos;
    return true;
  }

  private void charge(@Nullable GuestCall call, long nanos) {
    if (call == null) {
      if (ending.isServing()) { // else it loads or closes, which others watch
        chargeStray(nanos);
      }
      return;
    }
    long used = call.usesCpu(nanos);
    if (used > limit.toNanos() && !call.isStopped()) {
      served.stop(call, "it used up its CPU time", exceeded(call, used / 1_000_000));
    }
  }

  private void chargeStray(long nanos) {
    strayNanos += nanos;
    if (strayNanos > limit.toNanos()) {
      String what =
          "code that belongs to no call used %.1f s of CPU time without letting others have their turn"
              .formatted(strayNanos / 1e9);
      long guilty = lastTurn;
      strayNanos = 0;
      CancelLadder.aside(
          "stoa-interrupt",
          () -> ending.stopStray(() -> thread.turn() == guilty && thread.running() >= 0, what));
    }
  }

  private Failure exceeded(GuestCall call, long usedMillis) {
    return Quota.CPU.exceeded(
        Description.of(
            "`%s` used %.1f s of CPU time, and %.1f s is what a call of it may use."
                .formatted(
                    call.invocation().name(), usedMillis / 1000.0, limit.toMillis() / 1000.0),
            "`cpu` in the `[limits]` of its module.toml says how much; a stream has so much for each item. Beyond"
                + " the default it needs a grant: stoa grant %s host=time:1h".formatted(module)),
        usedMillis,
        limit.toMillis());
  }
}
