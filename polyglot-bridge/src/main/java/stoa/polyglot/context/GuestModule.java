package stoa.polyglot.context;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.call.Suggestion;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;

/// One loaded copy of a module: a context on a thread of its own, and the calls that it serves.
///
/// [#open] and [#close] may be called from any thread; what guest code does happens on the
/// context's thread only. How a copy ends is in [Ending].
public final class GuestModule implements LoadedModule {
  private final Loading loading;
  private final Surroundings surroundings;
  private final ContextThread thread;
  private final Ending ending;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, GuestCall> calls = new ConcurrentHashMap<>();
  private final Map<String, Method> methods = new LinkedHashMap<>();
  private final Traces traces;
  private volatile @Nullable Guest guest;
  private volatile @Nullable ModuleInfo info;

  private GuestModule(Loading loading, Surroundings surroundings, CancelLadder ladder) {
    this.loading = loading;
    this.surroundings = surroundings;
    this.thread = new ContextThread(loading.source().name(), this::taskFailed);
    this.ending = new Ending(this, thread, ladder);
    this.traces = new Traces(loading.source().language().id(), loading.source().name());
  }

  /// Loads a module on a thread of its own. The outcome is in [Loading#done()]; cancelling that
  /// ends the attempt.
  public static GuestModule load(Loading loading, Surroundings surroundings, CancelLadder ladder) {
    GuestModule module = new GuestModule(loading, surroundings, ladder);
    loading.done().whenComplete((_, error) -> module.closeIfFailed(error));
    module.thread.start();
    module.submit(ContextThread.NO_CALL, module::begin);
    return module;
  }

  private void closeIfFailed(@Nullable Throwable error) {
    if (error != null) {
      close(Duration.ZERO);
    }
  }

  private void begin() {
    try {
      Dialect.Setting setting =
          loading.setting(
              new LineStream(surroundings, Surroundings.Stream.OUT),
              new LineStream(surroundings, Surroundings.Stream.ERR));
      Guest made = new Guest(this, loading.dialect(), setting);
      guest = made;
      made.load(loading.path(), loading.source().name(), loading.source().kind().name());
    } catch (IOException e) {
      loading.unreadable(e);
    }
  }

  // ---- what the guest's half says; on the context's thread ----

  void loaded(stoa.value.Value told) {
    try {
      ModuleInfo made = loading.info(told, methods);
      info = made;
      loading.done().complete(this);
    } catch (FailureException e) {
      loading.done().completeExceptionally(e);
    }
  }

  void refused(Value error, stoa.value.Value told) {
    loading.refused(error, traces.thrown(told), told.at("syntax"));
  }

  void returned(long number, Supplier<stoa.value.Value> value) {
    GuestCall call = calls.get(number);
    if (call != null) {
      call.returned(value.get());
    }
  }

  void item(long number, stoa.value.Value value) {
    GuestCall call = calls.get(number);
    if (call != null) {
      call.item(value);
    }
  }

  void threw(long number, stoa.value.Value told) {
    GuestCall call = calls.get(number);
    if (call == null) {
      return;
    }
    // A cancelled call throws because its own calls were cancelled: that is not the guest's fault.
    String reason = call.cancelled();
    call.failed(
        reason == null ? Failure.threw(traces.thrown(told)) : Ending.cancelled(call, reason));
  }

  /// @param empty an empty stream says so: else it could not be told from the result null
  void exhausted(long number, boolean empty) {
    GuestCall call = calls.get(number);
    if (call != null) {
      if (empty) {
        call.end();
      }
      call.returned(stoa.value.Value.NULL);
    }
  }

  void later(long number) {
    submit(number, () -> guest().resume(number, 0));
  }

  /// Negative: there is no deadline.
  double secondsLeft(long number) {
    GuestCall call = calls.get(number);
    return call == null || !call.invocation().terms().deadline().limited()
        ? -1
        : Math.max(0, call.invocation().terms().deadline().nanosLeft() / 1e9);
  }

  boolean isCancelled(long number) {
    GuestCall call = calls.get(number);
    return number != ContextThread.NO_CALL && (call == null || call.cancelled() != null);
  }

  void say(Surroundings.Stream stream, String text) {
    text.lines().forEach(line -> surroundings.said(new Surroundings.Line(stream, line)));
    if (text.isEmpty()) {
      surroundings.said(new Surroundings.Line(stream, ""));
    }
  }

  long timer(Runnable work, double millis, boolean repeat, long forCall) {
    return thread.schedule(forCall, millis, repeat, work);
  }

  void clearTimer(long number) {
    thread.unschedule(number);
  }

  @Nullable GuestCall call(long number) {
    return calls.get(number);
  }

  Invoker router() {
    return surroundings.router();
  }

  // ---- what the host asks; any thread ----

  void submit(long forCall, Runnable work) {
    thread.submit(forCall, work);
  }

  @Override
  public ModuleInfo info() {
    ModuleInfo known = info;
    if (known == null) {
      throw new IllegalStateException("module `" + name() + "` is not loaded yet");
    }
    return known;
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    Method method = methods.get(invocation.method());
    if (method == null) {
      caller.send(new Signal.Failed(noSuchMethod(invocation.method())));
      return _ -> {};
    }
    GuestCall call = new GuestCall(numbers.incrementAndGet(), invocation, caller, this::left);
    calls.put(call.number(), call);
    Failure refusal = ending.refusal();
    if (refusal != null) {
      call.failed(refusal);
      return _ -> {};
    }
    submit(call.number(), () -> start(call, method));
    return signal -> received(call, signal);
  }

  private void start(GuestCall call, Method method) {
    if (!call.begin()) {
      return;
    }
    try {
      Arguments given = call.invocation().argument().arguments();
      guest().start(call, Binding.bind(method, given, loading.dialect().namesBecomePositions()));
    } catch (FailureException e) {
      call.failed(e.failure());
    } catch (MalformedValueException e) {
      call.failed(malformed(e));
    }
  }

  private void received(GuestCall call, Signal signal) {
    switch (signal) {
      case Signal.Credit(int items) ->
          submit(call.number(), () -> guest().resume(call.number(), items));
      case Signal.Cancel(String reason) -> cancel(call, reason);
      case Signal.Item _, Signal.End _ -> {} // no method takes a stream yet
      case Signal.Returned _, Signal.Failed _ -> {} // meant for callers
    }
  }

  void cancel(GuestCall call, String reason) {
    if (call.ended()) {
      return;
    }
    Failure cancelled = Ending.cancelled(call, reason);
    if (call.waits() && call.begin()) {
      call.failed(cancelled);
      return;
    }
    call.cancelNested(reason);
    submit(
        call.number(),
        () -> {
          guest().cancel(call.number());
          call.failed(cancelled);
        });
    ending.watch(call, cancelled);
  }

  List<GuestCall> calls() {
    return new ArrayList<>(calls.values());
  }

  private void left(long number) {
    calls.remove(number);
    if (calls.isEmpty()) {
      ending.idle();
    }
  }

  /// A task let something through: the engine broke guest code off, or a fault of ours.
  private void taskFailed(Throwable error) {
    if (!loading.done().isDone()) {
      loading.broke(error);
      return;
    }
    GuestCall call = calls.get(thread.running());
    if (call != null) {
      call.failed(Ending.broken(call, error));
    } else if (!Ending.isInterrupt(error)) {
      say(Surroundings.Stream.ERROR, "module `" + name() + "`: " + error);
    }
  }

  private Failure noSuchMethod(String wanted) {
    String known = methods.keySet().stream().limit(20).collect(Collectors.joining("`, `"));
    int more = methods.size() - 20;
    return Failure.of(
        Failure.Code.NO_SUCH_METHOD,
        "Module `%s` has no method `%s`.".formatted(name(), wanted),
        Suggestion.of(wanted, methods.keySet())
            .orElse(
                known.isEmpty()
                    ? "It exports no function."
                    : "It has `" + known + (more > 0 ? "` and " + more + " more." : "`.")));
  }

  static Failure malformed(MalformedValueException error) {
    return Failure.of(
        Failure.Code.BAD_ARGUMENT, "The payload is no value: " + error.getMessage(), "");
  }

  @Override
  public void release(stoa.value.Value.Reference own, long count) {}

  @Override
  public CompletionStage<Failure> ended() {
    return ending.ended();
  }

  @Override
  public boolean serves() {
    return !ending.isOver();
  }

  @Override
  public void close(Duration grace) {
    ending.close(grace);
  }

  public Language language() {
    return loading.source().language();
  }

  /// Whether its thread was given up, and may run for ever.
  public boolean abandoned() {
    return ending.abandoned();
  }

  /// Waits until the copy has ended, for at most this long.
  public void awaitEnd(Duration time) throws InterruptedException {
    ending.await(time);
  }

  String name() {
    return loading.source().name();
  }

  @Nullable Guest guestIfAny() {
    return guest;
  }

  private Guest guest() {
    Guest made = guest;
    if (made == null) {
      throw new IllegalStateException("the context of `" + name() + "` is not ready");
    }
    return made;
  }
}
