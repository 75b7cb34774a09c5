package stoa.polyglot.context;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.limit.Backlog;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// The calls that a context serves, from its caller's side and from its guest's. How they are
/// stopped is in [Ending].
final class Served {
  private final GuestModule module;
  private final ContextThread thread;
  private final Set<Long> putOff = new HashSet<>(); // on the guest's thread
  private final Border border;
  private final Traces traces;
  private final Backlog backlog;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, GuestCall> calls = new ConcurrentHashMap<>();

  /// Calls that were stopped and have ended, while their code may still clean up.
  private final Map<Long, GuestCall> stopped = new ConcurrentHashMap<>();

  Served(GuestModule module, ContextThread thread, Border border, Traces traces, Backlog backlog) {
    this.module = module;
    this.thread = thread;
    this.border = border;
    this.traces = traces;
    this.backlog = backlog;
  }

  // ---- any thread ----

  @Nullable GuestCall find(long number) {
    return number == ContextThread.NO_CALL ? null : calls.get(number);
  }

  /// The call for which a guest makes another one: it runs, or was stopped a moment ago.
  @Nullable GuestCall maker(long number) {
    GuestCall call = find(number);
    if (call == null) {
      return stopped.get(number);
    }
    expire(call);
    return call;
  }

  /// A deadline that has passed is as good as a cancel, which is on its way.
  private void expire(GuestCall call) {
    if (call.cancelled() == null && call.invocation().terms().deadline().passed()) {
      cancel(call, "its deadline has passed");
    }
  }

  /// A call that it made came to the end of its time, which is the same for both: in a worker the
  /// host's clock may be a little ahead.
  void outOfTime(GuestCall call) {
    if (call.cancelled() == null && call.invocation().terms().deadline().limited()) {
      cancel(call, "its deadline has passed");
    }
  }

  List<GuestCall> all() {
    return new ArrayList<>(calls.values());
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  Flow open(Invocation invocation, Flow caller, Fitting fitting) {
    long number = numbers.incrementAndGet();
    Inbox items =
        invocation.terms().shape().streams()
            ? new Inbox(border, () -> thread.goOn(number, () -> deliver(number)), thread::wake)
            : null;
    border.comes(invocation);
    Backlog.Stay stay;
    try {
      stay = backlog.enter(invocation.chain().caller(), invocation.argument().weight());
    } catch (FailureException e) {
      border.giveBack(invocation);
      caller.send(new Signal.Failed(e.failure()));
      return _ -> {};
    }
    GuestCall call =
        new GuestCall(number, invocation, new GuestCall.Origin(caller, stay), items, this::left);
    calls.put(number, call);
    Failure refusal = module.ending().refusal();
    if (refusal != null) {
      refuse(call, refusal);
      return _ -> {};
    }
    Runnable start = () -> start(call, fitting);
    if (fitting.streams()) {
      thread.queueAgain(number, call.chain(), lane(invocation), start);
    } else {
      thread.queue(number, call.chain(), lane(invocation), start);
    }
    return signal -> received(call, signal);
  }

  /// What this context's own calls led to goes on with them; anything else takes its turn.
  private Invocation.@Nullable Lane lane(Invocation invocation) {
    return invocation.chain().openedBy(module) != 0 ? null : invocation.terms().lane();
  }

  /// Ends a call that has not begun.
  private void refuse(GuestCall call, Failure failure) {
    border.giveBack(call.invocation());
    call.failed(failure);
  }

  private void received(GuestCall call, Signal signal) {
    switch (signal) {
      case Signal.Credit(int items) when call.items() == null ->
          thread.goOn(call.number(), () -> resume(call, items));
      case Signal.Cancel(String reason) -> cancel(call, reason);
      // Code that blocks on a channel waits for credit too.
      case Signal.Item _, Signal.End _, Signal.Credit _ -> {
        Inbox inbox = call.items();
        Failure refusal = inbox == null ? null : call.stay().keeps(signal.weight());
        if (inbox == null || call.ended() || refusal != null) {
          border.comes(signal.content());
          border.refuse(signal);
        } else {
          inbox.add(signal);
        }
        if (refusal != null) {
          stop(call, refusal.message(), refusal);
        }
      }
      case Signal.Returned _,
          Signal.Failed _,
          Signal.Accepted _,
          Signal.Part _,
          Signal.Room _ -> {} // meant for others
    }
  }

  void cancel(GuestCall call, String reason) {
    stop(call, reason, Ending.cancelled(call, reason));
  }

  /// Stops a call, as [Ending] says.
  ///
  /// @param end what its caller gets
  void stop(GuestCall call, String reason, Failure end) {
    if (call.ended()) {
      return;
    }
    if (call.waits() && call.begin()) {
      refuse(call, end);
      return;
    }
    if (!call.stop(reason, end)) {
      return;
    }
    thread.wake(); // its code may block for what will not come
    thread.submit(
        call.number(),
        () -> {
          call.hears();
          module.guest().cancel(call.number(), reason);
          call.failed(end);
        });
    module.ending().watch(call, end);
  }

  private void left(GuestCall call) {
    if (call.cancelled() != null) {
      stopped.put(call.number(), call);
      module.ending().afterGrace(() -> stopped.remove(call.number()));
    }
    calls.remove(call.number());
    if (call.items() != null) {
      refuseItems(call.items());
    }
    if (calls.isEmpty()) {
      module.ending().idle();
    }
  }

  private void refuseItems(Inbox inbox) {
    for (Signal signal = inbox.poll(); signal != null; signal = inbox.poll()) {
      border.refuse(signal);
    }
  }

  // ---- on the context's thread ----

  private void start(GuestCall call, Fitting fitting) {
    if (!call.begin()) {
      return;
    }
    Fitting.Fit fit;
    try {
      fit = fitting.fit(call.invocation());
    } catch (FailureException e) {
      refuse(call, e.failure());
      return;
    } catch (MalformedValueException e) {
      refuse(call, malformed(e));
      return;
    }
    try {
      TapeWriter arguments = border.enters(call.invocation().argument(), fit.arguments());
      if (call.invocation().target() instanceof Target.Channel) {
        call.say(new Signal.Accepted("", Optional.empty()));
        module.guest().accept(call);
      } else {
        module.guest().start(call, fit.object(), arguments);
      }
      deliver(call.number());
    } catch (FailureException e) {
      call.failed(e.failure());
    } finally {
      border.met(call.invocation());
    }
  }

  private void resume(GuestCall call, int items) {
    if (call.waits()) {
      call.addCredit(items);
    } else {
      resume(call.number(), items);
    }
  }

  /// Code that would wait for its caller's stream beside other code that waits goes on after that.
  private void resume(long number, int items) {
    if (module.guest().resume(number, items, thread.isBeside()) && putOff.add(number)) {
      thread.goOnAlone(number, () -> resumeIfPutOff(number));
    }
  }

  private void resumeIfPutOff(long number) {
    if (putOff.remove(number)) {
      resume(number, 0);
    }
  }

  /// Gives the guest what the caller streamed.
  private void deliver(long number) {
    GuestCall call = calls.get(number);
    Inbox inbox = call == null ? null : call.items();
    if (call == null || inbox == null || call.waits()) {
      return;
    }
    inbox.opened();
    for (Signal signal = inbox.poll(); signal != null; signal = inbox.poll()) {
      feed(call, signal);
      call.stay().forgets(signal.weight());
    }
    resumeIfPutOff(number);
  }

  private void feed(GuestCall call, Signal signal) {
    if (signal instanceof Signal.Credit(int items)) {
      resume(call.number(), items);
    } else if (!(signal instanceof Signal.Item(Payload payload))) {
      module.guest().feed(call.number(), "end", new TapeWriter(border));
    } else if (call.ended()) {
      border.giveBack(payload);
    } else {
      try {
        module.guest().feed(call.number(), "item", border.enters(payload));
      } catch (MalformedValueException e) {
        call.failed(malformed(e));
      } catch (FailureException e) {
        call.failed(e.failure());
      } finally {
        border.met(payload);
      }
    }
  }

  /// Blocks the code of a call until its caller says something, or wants nothing any more.
  void await(long number) {
    GuestCall call = calls.get(number);
    Inbox inbox = call == null ? null : call.items();
    if (call != null && inbox != null) {
      thread.await(inbox, call.chain(), call.chain().caller(), call::isStopped);
      deliver(number);
    }
  }

  /// The guest has consumed items of its caller's stream.
  void taken(long number, int items) {
    GuestCall call = calls.get(number);
    if (call != null) {
      call.say(new Signal.Credit(items));
    }
  }

  void returned(long number, Supplier<Value> value) {
    GuestCall call = calls.get(number);
    if (call == null) {
      return;
    }
    Failure verdict = call.verdict();
    if (verdict != null) {
      call.failed(verdict); // its caller may not know yet that it is late
      return;
    }
    Payload payload = border.leaves(value.get());
    if (!call.finish(new Signal.Returned(payload))) {
      border.stays(payload);
    }
  }

  void item(long number, Value value) {
    GuestCall call = calls.get(number);
    if (call != null) {
      Payload payload = border.leaves(value);
      if (!call.say(new Signal.Item(payload))) {
        border.stays(payload);
      }
    }
  }

  void threw(long number, Value told) {
    GuestCall call = calls.get(number);
    if (call == null) {
      return;
    }
    // A cancelled call throws because its own calls were cancelled: that is not the guest's fault.
    Failure verdict = call.verdict();
    call.failed(verdict == null ? traces.failure(told) : verdict);
  }

  /// A stream had no item: else it could not be told from the result null.
  void end(long number) {
    GuestCall call = calls.get(number);
    if (call != null) {
      call.say(new Signal.End());
    }
  }

  /// A stream lets others have their turn.
  void later(long number) {
    GuestCall call = calls.get(number);
    if (call != null) {
      thread.queueAgain(number, call.chain(), lane(call.invocation()), () -> resume(number, 0));
    }
  }

  /// Negative: there is no deadline.
  double secondsLeft(long number) {
    GuestCall call = find(number);
    return call == null || !call.invocation().terms().deadline().limited()
        ? -1
        : Math.max(0, call.invocation().terms().deadline().nanosLeft() / 1e9);
  }

  boolean isCancelled(long number) {
    GuestCall call = find(number);
    if (call != null) {
      expire(call);
    }
    return number != ContextThread.NO_CALL && (call == null || call.cancelled() != null);
  }

  /// Who made a call; empty when nobody did.
  String caller(long number) {
    GuestCall call = find(number);
    return call == null ? "" : call.chain().caller();
  }

  static Failure malformed(MalformedValueException error) {
    return Failure.of(
        Failure.Code.BAD_ARGUMENT, "The payload is no value: " + error.getMessage(), "");
  }
}
