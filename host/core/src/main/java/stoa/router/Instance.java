package stoa.router;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.call.TakesParts;
import stoa.limit.Backlog;
import stoa.limit.Quota;
import stoa.limit.Shares;
import stoa.module.LoadedModule;

/// One running copy, with the count of calls that it has open. It is closed when it was retired and
/// the last call has ended.
final class Instance implements Callee {
  private final LoadedModule module;
  private final String name;
  private final OpenChannels taken;
  private final OpenChannels opened;
  private volatile Invoker invoker;
  private final Ration ration;
  private final Shares calls = new Shares(Quota.CALLS); // guarded by this
  private boolean retired; // guarded by this
  private boolean ending; // guarded by this
  private @Nullable Timer timer; // guarded by this
  private volatile StopHook stopHook = StopHook.NONE;
  private volatile Start start = Start.UNKNOWN;
  private volatile @Nullable Member member;

  /// How it came to be.
  ///
  /// @param nanoTime when it was there
  /// @param restarts how often its module had been started again before; -1: nobody supervises it
  record Start(long nanoTime, int restarts) {
    static final Start UNKNOWN = new Start(0, -1);
  }

  /// What it is one of.
  private record Member(Generation generation, ModuleSlot slot) {}

  Instance(LoadedModule module, Place place) {
    this.module = module;
    this.name = place.instance();
    this.ration = place.ration();
    this.opened = place.opened();
    int most = module.maxOpenCalls();
    this.taken =
        new OpenChannels(
            most > 0
                ? new Admission(module, this, most, new Backlog(name, ration.limits()))
                : module);
    this.invoker = taken;
  }

  @Override
  public Invoker invoker() {
    return invoker;
  }

  /// From now on results of methods that are declared so are used again. Once.
  void cached(CacheRules rules, ResultCache results) {
    if (!rules.times().isEmpty()) {
      invoker = new CachingInvoker(invoker, rules, results);
    }
  }

  /// What it does before it ends. Once.
  void stopsWith(StopHook hook) {
    stopHook = hook;
  }

  /// It is supervised.
  void began(Start how) {
    start = how;
  }

  Start start() {
    return start;
  }

  /// It serves calls of a module, with others.
  void joined(Generation generation, ModuleSlot slot) {
    member = new Member(generation, slot);
  }

  @Override
  public boolean repeats(Call call) {
    Member known = member;
    if (known == null
        || module.serves()
        || !known.generation().isIdempotent(call.invocation().method())) {
      return false;
    }
    known.slot().open(call);
    return true;
  }

  /// Says of its own loss how often it was started again.
  @Override
  public Failure explained(Failure failure) {
    if (failure.code() != Failure.Code.LOST || start.restarts() < 0 || module.serves()) {
      return failure;
    }
    Map<String, String> details = new HashMap<>(failure.details());
    details.putIfAbsent(Supervision.RESTARTS, Integer.toString(start.restarts()));
    return Failure.of(failure.code(), failure.description().with(details));
  }

  @Override
  public boolean takesParts() {
    return module instanceof TakesParts;
  }

  @Override
  public String holder() {
    return name;
  }

  LoadedModule module() {
    return module;
  }

  /// Whether it was told to end.
  synchronized boolean retired() {
    return retired;
  }

  synchronized int open() {
    return (int) calls.used();
  }

  Ration ration() {
    return ration;
  }

  @Override
  public Optional<Duration> wall() {
    return ration.limits().wall();
  }

  /// Takes a place for one call; give it back with [#left].
  ///
  /// @throws FailureException RESOURCE_EXHAUSTED if too many calls are open
  synchronized void entered(String caller) {
    Failure full = calls.take(caller, 1, ration.limits().calls(), name);
    if (full != null) {
      throw new FailureException(full);
    }
  }

  @Override
  public void left(String caller) {
    @Nullable Timer after;
    synchronized (this) {
      calls.giveBack(caller, 1);
      after = retired && calls.used() == 0 ? timer : null;
    }
    if (after != null) {
      end(after);
    }
  }

  private void end(Timer limit) {
    synchronized (this) {
      if (ending) {
        return;
      }
      ending = true;
    }
    stopHook.run(module, limit, () -> module.close(Duration.ZERO));
  }

  /// Ends the copy after its calls have ended, or when the grace is over. Its channels end now,
  /// those that it took and those that it opened: a call may wait for what comes on them.
  void retire(Duration grace, Timer limit) {
    taken.end(unloaded("The channel to `" + name + "`"));
    opened.end(unloaded("The channel of `" + name + "`"));
    boolean idle;
    synchronized (this) {
      retired = true;
      timer = limit;
      idle = calls.used() == 0;
    }
    if (idle || grace.isZero()) {
      end(limit);
    } else {
      limit.in(grace.toMillis(), TimeUnit.MILLISECONDS, () -> end(limit));
    }
  }

  private static Failure unloaded(String channel) {
    return Failure.of(
        Failure.Code.UNAVAILABLE,
        Failure.Description.of(
                channel + " is over: the module was unloaded or loaded anew.", "Open another one.")
            .asRetryable());
  }
}
