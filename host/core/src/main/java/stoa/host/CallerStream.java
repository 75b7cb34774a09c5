package stoa.host;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Value;

/// The stream that a caller sends to Java code. The handler's thread takes it; credit goes back in
/// halves of the window, so that no more than [Invocation#INITIAL_CREDIT] items wait here.
final class CallerStream implements Iterator<Value> {
  private final BlockingQueue<Signal> arrived = new LinkedBlockingQueue<>();
  private final Flow caller;

  // Handler's thread only.
  private @Nullable Value next;
  private boolean over;
  private int taken;

  /// @param expected whether there is a stream
  CallerStream(boolean expected, Flow caller) {
    this.over = !expected;
    this.caller = caller;
  }

  /// Any thread.
  void arrived(Signal signal) {
    arrived.add(signal);
  }

  @Override
  public boolean hasNext() {
    while (next == null && !over) {
      if (take() instanceof Signal.Item(Payload payload)) {
        next = payload.value();
      } else {
        over = true;
      }
    }
    return next != null;
  }

  private Signal take() {
    try {
      return arrived.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException(
          Failure.of(Code.CANCELLED, "the call was cancelled while it waited for an item.", ""), e);
    }
  }

  @Override
  public Value next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("the caller's stream is over");
    }
    Value item = next;
    next = null;
    if (++taken == Invocation.INITIAL_CREDIT / 2) {
      caller.send(new Signal.Credit(taken));
      taken = 0;
    }
    return item;
  }
}
