package stoa.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import stoa.call.AdaptiveSpin;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// A call whose caller wants one value.
final class Unary implements Flow {
  private final Invocation invocation;
  private final CompletableFuture<Payload> result = new CompletableFuture<>();
  private final @Nullable Feed feed;
  private volatile Flow callee = _ -> {};

  private Unary(Invocation invocation, @Nullable Feed feed) {
    this.invocation = invocation;
    this.feed = feed;
  }

  /// @param feed the caller's stream, if there is one
  static Unary open(Invoker invoker, Invocation invocation, @Nullable Feed feed) {
    Unary call = new Unary(invocation, feed);
    call.callee = invoker.open(invocation, call);
    if (feed != null) {
      feed.start(invocation.name(), call.callee, call.result::completeExceptionally);
      call.result.whenComplete((_, _) -> feed.stop());
    }
    return call;
  }

  @Override
  public void send(Signal signal) {
    switch (signal) {
      case Signal.Returned(Payload payload) -> result.complete(payload);
      case Signal.Failed(Failure failure) ->
          result.completeExceptionally(new FailureException(failure));
      case Signal.Item _, Signal.End _ -> streams();
      case Signal.Credit(int items) -> {
        if (feed != null) {
          feed.credit(items);
        }
      }
      case Signal.Cancel _, Signal.Part _, Signal.Room _, Signal.Accepted _ -> {}
    }
  }

  private void streams() {
    Failure failure =
        Failure.of(
            Code.BAD_ARGUMENT,
            "`" + invocation.name() + "` answers with a stream, not with one value.",
            "Take it as a stream.");
    if (result.completeExceptionally(new FailureException(failure))) {
      callee.send(new Signal.Cancel("the caller wants one value"));
    }
  }

  /// Waits for the end.
  Value await(AdaptiveSpin spin) {
    try {
      spin.await(result::isDone);
      return decoded(result.get());
    } catch (InterruptedException e) {
      callee.send(new Signal.Cancel("the caller was interrupted"));
      Thread.currentThread().interrupt();
      Failure failure =
          Failure.of(Code.CANCELLED, "`" + invocation.name() + "` was cancelled: interrupted.", "");
      throw new FailureException(failure, e);
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    }
  }

  /// Thrown anew, because the trace of the thread that waits is worth more than that of the one
  /// which brought the failure.
  private static RuntimeException thrown(@Nullable Throwable cause) {
    return switch (cause) {
      case FailureException e -> new FailureException(e.failure());
      case RuntimeException e -> e; // what the caller's own stream threw
      case null, default -> new CompletionException(cause);
    };
  }

  CompletableFuture<Value> future() {
    CompletableFuture<Value> future = result.thenApply(this::decoded);
    future.whenComplete((_, _) -> {
      if (future.isCancelled()) {
        callee.send(new Signal.Cancel("the caller cancelled it"));
      }
    });
    return future;
  }

  private Value decoded(Payload payload) {
    return decoded(payload, invocation);
  }

  static Value decoded(Payload payload, Invocation invocation) {
    try {
      return payload.value();
    } catch (MalformedValueException e) {
      throw new FailureException(
          Failure.of(
              Code.INTERNAL,
              "`" + invocation.name() + "` answered with bytes that are " + e.getMessage() + ".",
              "This is a fault of the module or its SDK (PROTOCOL.md, \"Values\")."),
          e);
    }
  }
}
