package stoa.conform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Value;

/// One call, signal by signal: takes down what the callee says and when, gives credit as far as it
/// is told to, and sends the caller's stream as far as the callee takes it. Any thread.
final class Exchange implements Flow {
  private final Manner manner;
  private final long begun = System.nanoTime();
  private final Semaphore credit = new Semaphore(Invocation.INITIAL_CREDIT);
  private final List<Value> items = new ArrayList<>(); // guarded by this
  private @Nullable Signal end; // guarded by this
  private boolean saidEnd; // guarded by this
  private boolean connected; // guarded by this
  private int owed; // guarded by this
  private long endedAfter; // guarded by this
  private volatile Flow callee = _ -> {};
  private volatile @Nullable Thread feed;

  /// @param take how many items are wanted before the call is cancelled
  /// @param generous whether credit is given for each item that came
  record Manner(long take, boolean generous) {}

  private Exchange(Manner manner) {
    this.manner = manner;
  }

  /// @param stream the items of the caller's stream; empty optional: there is none
  static Exchange open(
      Invoker invoker, Invocation invocation, Optional<List<Value>> stream, Manner manner) {
    Exchange exchange = new Exchange(manner);
    exchange.connected(invoker.open(invocation, exchange));
    exchange.cancelIfEnough();
    stream.ifPresent(
        given -> exchange.feed = Thread.startVirtualThread(() -> exchange.feed(given)));
    return exchange;
  }

  /// Items may have come before it was known whom to thank.
  private void connected(Flow opened) {
    int early;
    synchronized (this) {
      callee = opened;
      early = owed;
      connected = true;
    }
    if (early > 0) {
      opened.send(new Signal.Credit(early));
    }
  }

  private void feed(List<Value> given) {
    try {
      for (Value item : given) {
        credit.acquire();
        callee.send(new Signal.Item(Payload.of(item)));
      }
      callee.send(new Signal.End());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the call is over
    }
  }

  @Override
  public void send(Signal signal) {
    switch (signal) {
      case Signal.Item(Payload payload) -> item(payload.value());
      case Signal.End() -> {
        synchronized (this) {
          saidEnd = true;
        }
      }
      case Signal.Credit(int more) -> credit.release(more);
      case Signal.Returned _, Signal.Failed _ -> over(signal);
      case Signal.Cancel _, Signal.Part _, Signal.Room _, Signal.Accepted _ -> {}
    }
  }

  private void item(Value value) {
    boolean thank;
    synchronized (this) {
      items.add(value);
      thank = connected && manner.generous();
      if (!connected && manner.generous()) {
        owed++;
      }
      notifyAll();
    }
    if (thank) {
      callee.send(new Signal.Credit(1));
    }
    cancelIfEnough();
  }

  private void cancelIfEnough() {
    boolean enough;
    synchronized (this) {
      enough = items.size() >= manner.take() && end == null;
    }
    if (enough) {
      cancel();
    }
  }

  private synchronized void over(Signal signal) {
    end = signal;
    endedAfter = System.nanoTime() - begun;
    Thread feeding = feed;
    if (feeding != null) {
      feeding.interrupt();
    }
    notifyAll();
  }

  void cancel() {
    callee.send(new Signal.Cancel("the case says so"));
  }

  void credit(int more) {
    callee.send(new Signal.Credit(more));
  }

  /// The signal that ended the call, or empty when the time was up.
  synchronized Optional<Signal> await(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    while (end == null && System.nanoTime() < until) {
      wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
    }
    return Optional.ofNullable(end);
  }

  /// Waits until so many items came, or the call or the time is over.
  synchronized void awaitItems(int count, long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    while (items.size() < count && end == null && System.nanoTime() < until) {
      wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
    }
  }

  synchronized List<Value> items() {
    return List.copyOf(items);
  }

  /// Whether the callee answered with a stream, be it an empty one.
  synchronized boolean streamed() {
    return saidEnd || !items.isEmpty();
  }

  synchronized long millis() {
    return endedAfter / 1_000_000;
  }
}
