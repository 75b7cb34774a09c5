package stoa.client;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Value;

/// The items of a call that answers with a stream. One thread takes them. It asks for more when it
/// has taken half of what it asked for before, so at most [Invocation#INITIAL_CREDIT] wait here.
public final class Items implements Iterator<Value>, AutoCloseable {
  private final Invocation invocation;
  private final BlockingQueue<Signal> arrived = new LinkedBlockingQueue<>();
  private final @Nullable Feed feed;
  private volatile Flow callee = _ -> {};

  private volatile @Nullable RuntimeException broken;

  // Taking thread only.
  private @Nullable Value next;
  private boolean streamed;
  private boolean over;
  private int taken;

  private Items(Invocation invocation, @Nullable Feed feed) {
    this.invocation = invocation;
    this.feed = feed;
  }

  /// @param feed the caller's stream, if there is one
  static Items open(Invoker invoker, Invocation invocation, @Nullable Feed feed) {
    Items items = new Items(invocation, feed);
    items.callee = invoker.open(invocation, items::arrived);
    if (feed != null) {
      feed.start(invocation.name(), items.callee, items::feedBroke);
    }
    return items;
  }

  private void arrived(Signal signal) {
    if (feed != null && signal instanceof Signal.Credit(int more)) {
      feed.credit(more);
      return;
    }
    if (feed != null && signal.ends()) {
      feed.stop();
    }
    arrived.add(signal);
  }

  private void feedBroke(RuntimeException problem) {
    broken = problem;
  }

  /// Waits for the next item or the end.
  ///
  /// @throws FailureException if the call failed
  @Override
  public boolean hasNext() {
    while (next == null && !over) {
      take(await());
    }
    return next != null;
  }

  private Signal await() {
    try {
      return arrived.take();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      Failure failure =
          Failure.of(Code.CANCELLED, "`" + invocation.name() + "` was cancelled: interrupted.", "");
      throw new FailureException(failure, e);
    }
  }

  private void take(Signal signal) {
    switch (signal) {
      case Signal.Item(Payload payload) -> {
        streamed = true;
        next = Unary.decoded(payload, invocation);
      }
      case Signal.Returned(Payload payload) -> {
        over = true;
        // A method that streamed nothing and returned something answered with one value.
        Value value = Unary.decoded(payload, invocation);
        next = streamed || value.isNull() ? null : value;
      }
      case Signal.Failed(Failure failure) -> {
        over = true;
        RuntimeException own = broken;
        throw own == null ? new FailureException(failure) : own;
      }
      // A stream without items says its end, to be told from a method that returns nothing.
      case Signal.End _ -> streamed = true;
      case Signal.Credit _, Signal.Cancel _, Signal.Part _, Signal.Room _, Signal.Accepted _ -> {}
    }
  }

  @Override
  public Value next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("the stream of `" + invocation.name() + "` is over");
    }
    Value item = next;
    next = null;
    if (++taken == Invocation.INITIAL_CREDIT / 2 && !over) {
      callee.send(new Signal.Credit(taken));
      taken = 0;
    }
    return item;
  }

  /// Whether items came one by one, as against one value.
  public boolean streamed() {
    return streamed;
  }

  /// Cancels the call if it is not over.
  @Override
  public void close() {
    if (!over) {
      over = true;
      callee.send(new Signal.Cancel("the caller took enough"));
    }
  }

  /// The items as a Java stream, which must be closed.
  public Stream<Value> stream() {
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, traits), false)
        .onClose(this::close);
  }
}
