package stoa.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stoa.call.AdaptiveSpin;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Invocation.Terms;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Target;
import stoa.value.Arguments;
import stoa.value.Value;

/// Calls the methods of one module, or of one object that was handed over. Safe from any thread.
///
/// Arguments are plain Java data, as [Value#of(Object)] takes it. A [Stream] or
/// [java.util.Iterator] as the last one is the caller's stream: its items are sent as the callee
/// takes them, and it is closed when the call ends. A call that fails throws
/// [stoa.call.FailureException], whose failure says who is to blame and what to do next.
/// Interrupting the thread that waits cancels the call. In a Java method of a module, calls belong
/// to the call that it serves: see [Serving].
public final class ModuleClient {
  private final Invoker invoker;
  private final Target target;
  private final Conditions conditions;
  private final AdaptiveSpin spin = new AdaptiveSpin();

  /// @param limit how long each call may take
  private record Conditions(Optional<Duration> limit, Lane lane) {
    Terms terms() {
      Deadline deadline = limit.map(Deadline::in).orElse(Deadline.NONE);
      return Terms.DEFAULT.with(deadline).with(lane);
    }
  }

  public ModuleClient(Invoker invoker, String module) {
    this(invoker, new Target.Module(module));
  }

  public ModuleClient(Invoker invoker, Target target) {
    this(invoker, target, new Conditions(Optional.empty(), Lane.INTERACTIVE));
  }

  private ModuleClient(Invoker invoker, Target target, Conditions conditions) {
    this.invoker = invoker;
    this.target = target;
    this.conditions = conditions;
  }

  /// The same module, with a limit on the time of each call.
  public ModuleClient within(Duration limit) {
    return new ModuleClient(invoker, target, new Conditions(Optional.of(limit), conditions.lane));
  }

  /// The same module, called after everybody who is in a hurry.
  public ModuleClient inBatch() {
    return new ModuleClient(invoker, target, new Conditions(conditions.limit, Lane.BATCH));
  }

  /// Calls a method and waits for its result.
  ///
  /// @throws stoa.call.FailureException if the call fails, or answers with a stream
  public Value call(String method, @Nullable Object... arguments) {
    return begin(true, method, arguments).await(spin);
  }

  public Value call(String method, Arguments arguments) {
    return Unary.open(way(true), invocation(method, arguments), null).await(spin);
  }

  /// Calls a method and looks at no result: returns at once. Its failure goes nowhere.
  public void send(String method, @Nullable Object... arguments) {
    Invocation invocation = invocation(method, Arguments.of(arguments));
    Terms oneWay = invocation.terms().with(Invocation.Shape.ONE_WAY);
    var _ = way(false).open(invocation.with(oneWay), _ -> {});
  }

  /// Calls a method. Cancelling the future cancels the call. What depends on the future runs on a
  /// thread of Stoa: it must not block.
  public CompletableFuture<Value> callAsync(String method, @Nullable Object... arguments) {
    return begin(false, method, arguments).future();
  }

  public CompletableFuture<Value> callAsync(String method, Arguments arguments) {
    return Unary.open(way(false), invocation(method, arguments), null).future();
  }

  /// Calls a method that answers with a stream. Items are fetched as they are taken; closing the
  /// stream cancels the call. A method that answers with one value gives a stream of that value.
  ///
  /// @return to be closed; failures are thrown while its items are taken
  public Stream<Value> stream(String method, @Nullable Object... arguments) {
    Feed feed = feed(arguments);
    return Items.open(way(true), invocation(method, arguments, feed), feed).stream();
  }

  public Stream<Value> stream(String method, Arguments arguments) {
    return items(method, arguments).stream();
  }

  /// As [#stream], one item at a time.
  public Items items(String method, Arguments arguments) {
    return Items.open(way(true), invocation(method, arguments), null);
  }

  /// As [#items], with the caller's stream beside the arguments. It is closed when the call ends.
  public Items items(String method, Arguments arguments, Stream<?> stream) {
    Invocation invocation = invocation(method, arguments);
    Terms streams = invocation.terms().with(Invocation.Shape.STREAMS_IN);
    return Items.open(way(true), invocation.with(streams), Feed.of(stream));
  }

  private Invoker way(boolean blocks) {
    return Serving.way(invoker, blocks);
  }

  private Unary begin(boolean blocks, String method, @Nullable Object... arguments) {
    Feed feed = feed(arguments);
    return Unary.open(way(blocks), invocation(method, arguments, feed), feed);
  }

  private static @Nullable Feed feed(@Nullable Object... arguments) {
    return arguments.length == 0 ? null : Feed.of(arguments[arguments.length - 1]);
  }

  private Invocation invocation(String method, @Nullable Object[] arguments, @Nullable Feed feed) {
    if (feed == null) {
      return invocation(method, Arguments.of(arguments));
    }
    Arguments plain = Arguments.of(Arrays.copyOf(arguments, arguments.length - 1));
    Invocation invocation = invocation(method, plain);
    return invocation.with(invocation.terms().with(Invocation.Shape.STREAMS_IN));
  }

  private Invocation invocation(String method, Arguments arguments) {
    return new Invocation(target, method, Payload.of(arguments), conditions.terms(), Chain.begin());
  }
}
