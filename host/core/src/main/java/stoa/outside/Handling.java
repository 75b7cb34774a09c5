package stoa.outside;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Arguments;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// One call that is answered by code which waits for something outside: on a virtual thread of its
/// own, which is interrupted when nobody wants the answer any more.
public final class Handling implements Flow {
  private final Invocation invocation;
  private final Flow caller;
  private final Semaphore credit;
  private final BlockingQueue<Signal> arrived = new LinkedBlockingQueue<>();
  private @Nullable Thread thread; // set before it starts
  private volatile @Nullable Failure why;

  // The thread that takes items only.
  private boolean over;
  private int taken;

  /// What is to be done.
  @FunctionalInterface
  public interface Work {
    /// @return the result of the call; null for a stream
    /// @throws IOException if something outside is not as it should be: what its message says
    ///   follows the name of the method
    /// @throws IllegalArgumentException if the caller asked for nonsense: the same
    Value run(Handling handling) throws IOException, InterruptedException;
  }

  private Handling(Invocation invocation, Flow caller) {
    this.invocation = invocation;
    this.caller = caller;
    this.credit = new Semaphore(invocation.terms().credit());
    this.over = !invocation.terms().shape().streams();
  }

  /// @return what the caller says goes in there
  public static Handling start(Invocation invocation, Flow caller, Work work) {
    Handling handling = new Handling(invocation, caller);
    Thread thread =
        Thread.ofVirtual().name("stoa-" + invocation.name()).unstarted(() -> handling.run(work));
    handling.thread = thread;
    thread.start();
    return handling;
  }

  /// What the caller says.
  @Override
  public void send(Signal signal) {
    switch (signal) {
      case Signal.Credit(int items) -> credit.release(items);
      case Signal.Item _, Signal.End _ -> arrived.add(signal);
      case Signal.Cancel _ -> {
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

  /// It may not go on.
  void stop(Failure reason) {
    why = reason;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /// Waits until it has ended.
  void await(Duration limit) {
    Thread working = thread;
    if (working != null) {
      try {
        working.join(limit);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(Work work) {
    try {
      Value result = work.run(this);
      caller.send(new Signal.Returned(Payload.of(isOneWay() ? Value.NULL : result)));
    } catch (FailureException e) {
      caller.send(new Signal.Failed(e.failure()));
    } catch (InterruptedException | ClosedByInterruptException e) {
      Failure reason = why;
      caller.send(new Signal.Failed(reason == null ? cancelled() : reason));
    } catch (MalformedValueException e) {
      fail(Code.BAD_ARGUMENT, "the arguments are " + e.getMessage() + ".", "");
    } catch (IOException | IllegalArgumentException e) {
      fail(Code.BAD_ARGUMENT, "`" + invocation.name() + "`: " + e.getMessage() + ".", "");
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(Code.INTERNAL, "`" + invocation.name() + "` broke: " + e + ".", "Please report it.");
    }
  }

  private Failure cancelled() {
    return Failure.of(Code.CANCELLED, "`" + invocation.name() + "` was cancelled.", "");
  }

  private void fail(Code code, String message, String help) {
    caller.send(new Signal.Failed(Failure.of(code, message, help)));
  }

  private boolean isOneWay() {
    return invocation.terms().shape().oneWay();
  }

  String method() {
    return invocation.method();
  }

  /// An argument, given by position or by name; null if it was not given.
  Value argument(int position, String name) {
    Arguments arguments = invocation.argument().arguments();
    List<Value> given = arguments.positional();
    return position < given.size()
        ? given.get(position)
        : arguments.named().getOrDefault(name, Value.NULL);
  }

  /// A text that must be given.
  String text(int position, String name) {
    Value value = argument(position, name);
    if (value instanceof Value.Text(String text) && !text.isEmpty()) {
      return text;
    }
    throw new IllegalArgumentException(
        "the %s must be text, was %s".formatted(name, Shown.of(value)));
  }

  /// Sends an item, as soon as the caller can take it.
  void item(Value value) throws InterruptedException {
    if (!isOneWay()) {
      credit.acquire();
      caller.send(new Signal.Item(Payload.of(value)));
    }
  }

  /// No more items.
  void end() {
    if (!isOneWay()) {
      caller.send(new Signal.End());
    }
  }

  /// Takes the channel that was opened.
  void accept() {
    caller.send(new Signal.Accepted("", Optional.empty()));
  }

  /// What the caller sends next; empty: it sends no more. One thread.
  Optional<Value> next() throws InterruptedException {
    if (over) {
      return Optional.empty();
    }
    if (arrived.take() instanceof Signal.Item(Payload payload)) {
      return Optional.of(payload.value());
    }
    over = true;
    return Optional.empty();
  }

  /// An item of the caller is done with: there may be another one.
  void consumed() {
    taken++;
    if (taken == Invocation.INITIAL_CREDIT / 2) {
      caller.send(new Signal.Credit(taken));
      taken = 0;
    }
  }
}
