package stoa.host;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Thrown;
import stoa.client.Serving;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// One call of a [JavaMethod], on a virtual thread of its own.
final class JavaCall implements Flow {
  private final Invocation invocation;
  private final Flow caller;
  private final Semaphore credit;
  private final CallerStream stream;
  private final Serving serving;
  private @Nullable Thread thread; // set before the thread starts

  JavaCall(Invocation invocation, Flow caller) {
    this.invocation = invocation;
    this.caller = caller;
    this.credit = new Semaphore(invocation.terms().credit());
    this.serving = new Serving(invocation);
    this.stream = new CallerStream(invocation.terms().shape().streams(), caller);
  }

  void start(JavaMethod method) {
    Thread worker =
        Thread.ofVirtual()
            .name("stoa-" + invocation.name())
            .unstarted(() -> serving.run(() -> run(method)));
    thread = worker;
    worker.start();
  }

  /// What the caller says.
  @Override
  public void send(Signal signal) {
    switch (signal) {
      case Signal.Credit(int items) -> credit.release(items);
      case Signal.Item _, Signal.End _ -> stream.arrived(signal);
      case Signal.Cancel(String reason) -> {
        serving.cancel(reason);
        if (thread != null) {
          thread.interrupt();
        }
      }
      case Signal.Returned _,
          Signal.Failed _,
          Signal.Accepted _,
          Signal.Part _,
          Signal.Room _ -> {} // meant for others
    }
  }

  private void run(JavaMethod method) {
    try {
      JavaMethod.Call call =
          new JavaMethod.Call(
              method.bound(invocation),
              invocation.terms().deadline(),
              stream,
              invocation.chain().caller());
      answer(method.handle(call));
    } catch (FailureException e) {
      fail(e.failure());
    } catch (InterruptedException _) {
      fail(Failure.of(Code.CANCELLED, "`" + invocation.name() + "` was cancelled.", ""));
    } catch (MalformedValueException e) {
      fail(Failure.of(Code.BAD_ARGUMENT, "the arguments are " + e.getMessage() + ".", ""));
    } catch (Exception | StackOverflowError e) {
      fail(Failure.threw(thrown(e, 0)));
    }
  }

  private void answer(@Nullable Object result) throws InterruptedException {
    switch (result) {
      case Stream<?> stream -> {
        try (stream) {
          items(stream.iterator());
        }
      }
      case Iterator<?> iterator -> items(iterator);
      case null, default -> {
        Value value = value("result", result);
        caller.send(new Signal.Returned(Payload.of(isOneWay() ? Value.NULL : value)));
      }
    }
  }

  private void items(Iterator<?> items) throws InterruptedException {
    while (items.hasNext()) {
      Payload item = Payload.of(value("item", items.next()));
      if (!isOneWay()) {
        credit.acquire();
        caller.send(new Signal.Item(item));
      }
    }
    if (!isOneWay()) {
      caller.send(new Signal.End());
    }
    caller.send(new Signal.Returned(Payload.NULL));
  }

  private boolean isOneWay() {
    return invocation.terms().shape().oneWay();
  }

  /// @throws FailureException THREW, as where other languages give what is no value
  private Value value(String what, @Nullable Object plain) {
    try {
      return Value.of(plain, what);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      String module = invocation.target().text();
      throw new FailureException(
          Failure.threw(new Thrown("TypeError", message, List.of(), Optional.empty(), module)), e);
    }
  }

  private void fail(Failure failure) {
    caller.send(new Signal.Failed(failure));
  }

  private Thrown thrown(Throwable error, int depth) {
    List<Thrown.Frame> frames =
        Arrays.stream(error.getStackTrace())
            .takeWhile(frame -> !frame.getClassName().equals(JavaCall.class.getName()))
            .map(JavaCall::frame)
            .toList();
    Optional<Thrown> cause =
        Optional.ofNullable(error.getCause())
            .filter(_ -> depth < 10)
            .map(e -> thrown(e, depth + 1));
    return new Thrown(
        error.getClass().getSimpleName(),
        String.valueOf(error.getMessage()),
        frames,
        cause,
        invocation.target().text());
  }

  private static Thrown.Frame frame(StackTraceElement frame) {
    return new Thrown.Frame(
        "java",
        frame.getClassName() + "." + frame.getMethodName(),
        String.valueOf(frame.getFileName()),
        Math.max(0, frame.getLineNumber()));
  }
}
