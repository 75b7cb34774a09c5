package stoa.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stoa.call.AdaptiveSpin;
import stoa.call.Deadline;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Invocation.Terms;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.value.Arguments;
import stoa.value.Value;

/// Calls the methods of one module. Safe from any thread.
///
/// Arguments are plain Java data, as [Value#of(Object)] takes it. A call that fails throws
/// [stoa.call.FailureException], whose failure says who is to blame and what to do next.
/// Interrupting the thread that waits cancels the call.
public final class ModuleClient {
  private final Invoker invoker;
  private final String module;
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
    this(invoker, module, new Conditions(Optional.empty(), Lane.INTERACTIVE));
  }

  private ModuleClient(Invoker invoker, String module, Conditions conditions) {
    this.invoker = invoker;
    this.module = module;
    this.conditions = conditions;
  }

  /// The same module, with a limit on the time of each call.
  public ModuleClient within(Duration limit) {
    return new ModuleClient(invoker, module, new Conditions(Optional.of(limit), conditions.lane));
  }

  /// The same module, called after everybody who is in a hurry.
  public ModuleClient inBatch() {
    return new ModuleClient(invoker, module, new Conditions(conditions.limit, Lane.BATCH));
  }

  /// Calls a method and waits for its result.
  ///
  /// @throws stoa.call.FailureException if the call fails, or answers with a stream
  public Value call(String method, @Nullable Object... arguments) {
    return call(method, Arguments.of(arguments));
  }

  public Value call(String method, Arguments arguments) {
    return begin(method, arguments).await(spin);
  }

  /// Calls a method. Cancelling the future cancels the call. What depends on the future runs on a
  /// thread of Stoa: it must not block.
  public CompletableFuture<Value> callAsync(String method, @Nullable Object... arguments) {
    return callAsync(method, Arguments.of(arguments));
  }

  public CompletableFuture<Value> callAsync(String method, Arguments arguments) {
    return begin(method, arguments).future();
  }

  /// Calls a method that answers with a stream. Items are fetched as they are taken; closing the
  /// stream cancels the call. A method that answers with one value gives a stream of that value.
  ///
  /// @return to be closed; failures are thrown while its items are taken
  public Stream<Value> stream(String method, @Nullable Object... arguments) {
    return stream(method, Arguments.of(arguments));
  }

  public Stream<Value> stream(String method, Arguments arguments) {
    return items(method, arguments).stream();
  }

  /// As [#stream], one item at a time.
  public Items items(String method, Arguments arguments) {
    return Items.open(invoker, invocation(method, arguments));
  }

  private Unary begin(String method, Arguments arguments) {
    return Unary.open(invoker, invocation(method, arguments));
  }

  private Invocation invocation(String method, Arguments arguments) {
    return Invocation.of(module, method, Payload.of(arguments)).with(conditions.terms());
  }
}
