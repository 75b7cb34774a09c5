package stoa.polyglot.context;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Signal;
import stoa.call.Suggestion;
import stoa.call.Target;
import stoa.limit.Backlog;
import stoa.limit.Limits;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleInfo;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;

/// One loaded copy of a module: a context on a thread of its own, and the calls that it serves.
///
/// [#open] and [#close] may be called from any thread; what guest code does happens on the
/// context's thread only. How a copy ends is in [Ending].
public final class GuestModule implements LoadedModule {
  /// How many methods an error lists.
  private static final int LISTED = 20;

  private final Loading loading;
  private final Surroundings surroundings;
  private final ContextThread thread;
  private final Ending ending;
  private final Border border;
  private final Served served;
  private final Outbound outbound;
  private final CpuMeter cpu;
  private final Map<String, Method> methods = new LinkedHashMap<>();
  private final Traces traces;
  private volatile @Nullable ModuleInfo info;
  private boolean loads = true; // on the context's thread
  private boolean accepts; // on the context's thread

  private GuestModule(
      Loading loading, Surroundings surroundings, CancelLadder ladder, Reclaimer reclaimer) {
    this.loading = loading;
    this.surroundings = surroundings;
    this.thread = loading.cell().thread();
    this.ending = new Ending(this, thread, ladder);
    this.border = new Border(this, loading.cell(), surroundings, reclaimer);
    this.traces = new Traces(loading.source().language().id(), loading.source().name());
    Limits limits = surroundings.limits();
    this.served = new Served(this, thread, border, traces, new Backlog(name(), limits));
    this.cpu = new CpuMeter(name(), thread, served, ending, limits.cpu());
    this.outbound = new Outbound(this, thread, border);
  }

  @Nullable Chain chain(long call) {
    GuestCall open = served.find(call);
    return open == null ? null : open.chain();
  }

  /// Loads a module into its cell. The outcome is in [Loading#done()]; cancelling that ends the
  /// attempt.
  public static GuestModule load(
      Loading loading, Surroundings surroundings, CancelLadder ladder, Reclaimer reclaimer) {
    GuestModule module = new GuestModule(loading, surroundings, ladder, reclaimer);
    loading.done().whenComplete((_, error) -> module.closeIfFailed(error));
    loading.cell().admit(module);
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
      loading.cell().open(loading.source(), surroundings);
      loading
          .cell()
          .guest()
          .load(loading.path(), loading.source().name(), loading.source().kind().name());
    } catch (IOException e) {
      loading.unreadable(e);
    }
  }

  // ---- what the guest's half says; on the context's thread ----

  void loaded(stoa.value.Value told) {
    if (!loads) {
      return; // what it is was said once
    }
    try {
      ModuleInfo made = loading.info(told, methods);
      info = made;
      loads = false;
      loading.done().complete(this);
    } catch (FailureException e) {
      loading.done().completeExceptionally(e);
    }
  }

  void refused(Value error, stoa.value.Value told) {
    loading.refused(error, traces.thrown(told), told.at("syntax"));
  }

  boolean hasLoaded() {
    return info != null;
  }

  /// A module makes no calls before it can be called; scripts and consoles are no modules.
  boolean mayNotCall() {
    return loads && loading.source().kind() == ModuleSource.Kind.MODULE;
  }

  /// The module takes channels.
  void accepts() {
    accepts = true;
  }

  void say(Surroundings.Stream stream, String text) {
    text.lines().forEach(line -> sayLine(stream, line));
    if (text.isEmpty()) {
      sayLine(stream, "");
    }
  }

  /// With the name of the call whose code runs, if one does.
  void sayLine(Surroundings.Stream stream, String line) {
    GuestCall call = served.find(thread.running());
    surroundings.said(
        call == null
            ? new Surroundings.Line(stream, line)
            : new Surroundings.Line(stream, line, call.invocation().chain()));
  }

  long timer(Runnable work, double millis, boolean repeat, long forCall) {
    return thread.schedule(forCall, millis, repeat, work);
  }

  void clearTimer(long number) {
    thread.unschedule(number);
  }

  /// Whether code of a call may run now.
  boolean lets(long call) {
    return thread.lets(call);
  }

  Served served() {
    return served;
  }

  Outbound outbound() {
    return outbound;
  }

  Border border() {
    return border;
  }

  /// What its calls use.
  public CpuMeter cpu() {
    return cpu;
  }

  Object number(long number) {
    return border.dialect().number(number);
  }

  /// The variables that it may see.
  Environment environment() {
    return new Environment(name(), surroundings);
  }

  Ending ending() {
    return ending;
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
    return switch (invocation.target()) {
      case Target.Module _ -> openOwn(invocation, caller);
      case Target.Handed(stoa.value.Value.Reference reference) ->
          served.open(invocation, caller, begun -> fit(reference.number(), begun));
      case Target.Channel _ -> served.open(invocation, caller, _ -> channel());
      case Target.Promised _ -> throw new IllegalArgumentException("its target is not known yet");
    };
  }

  /// What takes channels is known to the guest's half.
  private Fitting.Fit channel() {
    if (!accepts) {
      throw new FailureException(Target.noChannels(name()));
    }
    return Fitting.Fit.CHANNEL;
  }

  private Flow openOwn(Invocation invocation, Flow caller) {
    Method method = methods.get(invocation.method());
    if (method == null) {
      border.comes(invocation);
      border.giveBack(invocation);
      caller.send(new Signal.Failed(noSuchMethod(invocation.method())));
      return _ -> {};
    }
    return served.open(invocation, caller, new OfModule(method));
  }

  /// A call of a method of the module.
  private final class OfModule implements Fitting {
    private final Method method;

    OfModule(Method method) {
      this.method = method;
    }

    @Override
    public Fitting.Fit fit(Invocation invocation) {
      return new Fitting.Fit(null, bind(method, invocation));
    }

    @Override
    public boolean streams() {
      return method.info().streams();
    }
  }

  /// Whether other code of the guest waits beneath what runs now.
  boolean isBeside() {
    return thread.isBeside();
  }

  /// A call of a method of an object that the guest handed out.
  private Fitting.Fit fit(long number, Invocation invocation) {
    Exports exports = border.exports();
    Method method = exports.find(number).method(invocation.method(), name -> method(number, name));
    return new Fitting.Fit(exports.object(number), bind(method, invocation));
  }

  private Method method(long number, String name) {
    stoa.value.Value told = guest().look(border.exports().object(number), name, border);
    if (told.at("method").isNull()) {
      List<String> names =
          told.at("names").asList().stream().map(stoa.value.Value::asText).toList();
      throw new FailureException(
          noSuchMethod("The object " + border.exports().owner() + "/" + number, name, names));
    }
    return border.dialect().methods(List.of(told.at("method")), "").getFirst();
  }

  private Binding.Bound bind(Method method, Invocation invocation) {
    return Binding.bind(
        method,
        invocation.argument().arguments(),
        invocation.terms().shape().streams(),
        border.dialect().namesBecomePositions());
  }

  /// A task let something through: the engine broke guest code off, or a fault of ours.
  void taskFailed(Throwable error) {
    if (!loading.done().isDone()) {
      loading.broke(error);
      return;
    }
    GuestCall call = served.find(thread.running());
    if (call != null) {
      call.failed(Ending.broken(call, error));
    } else if (!Ending.isInterrupt(error)) {
      say(Surroundings.Stream.ERROR, "module `" + name() + "`: " + error);
    }
  }

  private Failure noSuchMethod(String wanted) {
    return noSuchMethod("Module `" + name() + "`", wanted, methods.keySet());
  }

  private static Failure noSuchMethod(String whose, String wanted, Collection<String> names) {
    String known = names.stream().limit(LISTED).collect(Collectors.joining("`, `"));
    int more = names.size() - LISTED;
    return Failure.of(
        Failure.Code.NO_SUCH_METHOD,
        "%s has no method `%s`.".formatted(whose, wanted),
        Suggestion.of(wanted, names)
            .orElse(
                known.isEmpty()
                    ? "It has none that could be called."
                    : "It has `" + known + (more > 0 ? "` and " + more + " more." : "`.")));
  }

  @Override
  public void release(stoa.value.Value.Reference own, long count) {
    submit(ContextThread.NO_CALL, () -> border.exports().subtract(own.number(), count));
  }

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
    return loading.cell().language();
  }

  @Override
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
    return loading.cell().guestIfAny();
  }

  /// Closes the files that it has open. Any thread.
  void closeFiles() {
    loading.cell().closeFiles();
  }

  Guest guest() {
    Guest made = guestIfAny();
    if (made == null) {
      throw new IllegalStateException("the context of `" + name() + "` is not ready");
    }
    return made;
  }
}
