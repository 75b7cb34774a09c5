package stoa.polyglot;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.value.Value;

/// What a host does between modules, as far as contexts can tell: it names the caller, ends a
/// cancelled or late call towards its caller at once, and counts who holds which object.
final class Exchange {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("exchange-clock").unstarted(task));

  /// By name of a module, or name of an instance.
  final Map<String, Invoker> modules = new ConcurrentHashMap<>();

  /// Told when nobody holds an object, with how often it was sent. By owner.
  final Map<String, BiConsumer<Value.Reference, Long>> owners = new ConcurrentHashMap<>();

  private final Map<String, String> instances = new ConcurrentHashMap<>();
  private final Map<Value.Reference, Map<String, Long>> held = new HashMap<>();
  private final Map<Value.Reference, Long> sent = new HashMap<>();

  /// A module is served by an instance of this name.
  void serves(String module, String instance) {
    instances.put(module, instance);
  }

  Invoker as(String identity, String holder) {
    return (invocation, caller) -> open(identity, holder, invocation, caller);
  }

  private Flow open(String identity, String holder, Invocation invocation, Flow caller) {
    String callee =
        switch (invocation.target()) {
          case Target.Module(String name) -> instances.getOrDefault(name, name);
          case Target.Handed(Value.Reference reference) -> reference.owner();
          case Target.Channel(String name, _) -> instances.getOrDefault(name, name);
          case Target.Promised _ -> throw new IllegalArgumentException("not known yet");
        };
    Invoker target = modules.get(callee);
    if (target == null) {
      caller.send(failed(Failure.Code.NO_SUCH_MODULE, "No module `" + callee + "`."));
      return _ -> {};
    }
    if (invocation.target() instanceof Target.Handed(var reference)
        && !reference.owner().equals(holder)
        && holds(holder, reference) == 0) {
      caller.send(failed(Failure.Code.DENIED, holder + " does not hold " + reference));
      return _ -> {};
    }
    invocation.chain().admitted(invocation.name(), identity);
    invocation.chain().servedBy(target);
    Running call = new Running(caller, holder, callee);
    carry(invocation.argument(), holder, callee);
    call.callee = target.open(invocation, call::fromCallee);
    settle(invocation.argument());
    call.limit(invocation.terms().deadline().nanosLeft());
    return call::fromCaller;
  }

  static Signal failed(Failure.Code code, String message) {
    return new Signal.Failed(Failure.of(code, message, "Look at stoa ls."));
  }

  // ---- references ----

  synchronized long holds(String holder, Value.Reference reference) {
    return held.getOrDefault(reference, Map.of()).getOrDefault(holder, 0L);
  }

  /// All references that anybody holds.
  synchronized int size() {
    return held.size();
  }

  private synchronized void carry(Payload payload, String from, String to) {
    for (Value.Reference reference : payload.references()) {
      if (!reference.owner().equals(from) && holds(from, reference) == 0) {
        throw new IllegalStateException(from + " does not hold " + reference);
      }
      if (reference.owner().equals(from)) {
        sent.merge(reference, 1L, Long::sum);
      }
      if (!reference.owner().equals(to)) {
        held.computeIfAbsent(reference, _ -> new HashMap<>()).merge(to, 1L, Long::sum);
      }
    }
  }

  /// A payload has arrived: an object that came home may be held by nobody now.
  private synchronized void settle(Payload payload) {
    payload.references().forEach(this::tellIfFree);
  }

  synchronized void release(String holder, Value.Reference reference, long count) {
    Map<String, Long> holders = held.get(reference);
    if (holders == null || holders.getOrDefault(holder, 0L) < count) {
      throw new IllegalStateException(holder + " gives back more of " + reference + " than it has");
    }
    holders.computeIfPresent(holder, (_, had) -> had == count ? null : had - count);
    tellIfFree(reference);
  }

  private void tellIfFree(Value.Reference reference) {
    if (held.getOrDefault(reference, Map.of()).isEmpty()) {
      held.remove(reference);
      Long count = sent.remove(reference);
      if (count != null && owners.containsKey(reference.owner())) {
        owners.get(reference.owner()).accept(reference, count);
      }
    }
  }

  // ---- calls ----

  private final class Running {
    private final Flow caller;
    private final String from;
    private final String to;
    private boolean over;
    volatile Flow callee = _ -> {};

    Running(Flow caller, String from, String to) {
      this.caller = caller;
      this.from = from;
      this.to = to;
    }

    void limit(long nanos) {
      if (nanos < Duration.ofDays(1).toNanos()) {
        var _ =
            CLOCK.schedule(
                () -> stop(failed(Failure.Code.DEADLINE_EXCEEDED, "too late"), "too late"),
                nanos,
                TimeUnit.NANOSECONDS);
      }
    }

    void fromCaller(Signal signal) {
      switch (signal) {
        case Signal.Cancel(String reason) ->
            stop(failed(Failure.Code.CANCELLED, "cancelled: " + reason), reason);
        case Signal.Item(Payload payload) -> {
          carry(payload, from, to);
          callee.send(signal);
          settle(payload);
        }
        default -> callee.send(signal);
      }
    }

    void fromCallee(Signal signal) {
      if (!end(signal.ends())) {
        return;
      }
      carry(signal.content(), to, from);
      caller.send(
          signal instanceof Signal.Accepted(_, var direct)
              ? new Signal.Accepted(to, direct)
              : signal);
      settle(signal.content());
    }

    private void stop(Signal end, String reason) {
      if (end(true)) {
        caller.send(end);
        callee.send(new Signal.Cancel(reason));
      }
    }

    /// @return false when it was over before
    private synchronized boolean end(boolean now) {
      if (over) {
        return false;
      }
      over = now;
      return true;
    }
  }
}
