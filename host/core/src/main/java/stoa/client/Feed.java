package stoa.client;

import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Value;

/// The caller's stream of one call: a virtual thread takes its items as far as the callee has
/// credit for them, and closes it when the call is over.
final class Feed {
  private final Iterator<?> items;
  private final Runnable close;
  private final Semaphore credit = new Semaphore(Invocation.INITIAL_CREDIT);
  private @Nullable Thread thread; // set before anybody else knows of it

  private Feed(Iterator<?> items, Runnable close) {
    this.items = items;
    this.close = close;
  }

  /// What stands last among the arguments, if it is a stream.
  static @Nullable Feed of(@Nullable Object last) {
    return switch (last) {
      case Stream<?> stream -> new Feed(stream.iterator(), stream::close);
      case Iterator<?> iterator -> new Feed(iterator, () -> {});
      case null, default -> null;
    };
  }

  /// @param broke is told what taking an item threw
  void start(String call, Flow callee, Consumer<RuntimeException> broke) {
    Thread worker =
        Thread.ofVirtual().name("stoa-feed-" + call).unstarted(() -> run(callee, broke));
    thread = worker;
    worker.start();
  }

  private void run(Flow callee, Consumer<RuntimeException> broke) {
    try {
      while (items.hasNext()) {
        Signal item = new Signal.Item(Payload.of(Value.of(items.next())));
        credit.acquire();
        callee.send(item);
      }
      callee.send(new Signal.End());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the call is over
    } catch (RuntimeException e) {
      broke.accept(e);
      callee.send(new Signal.Cancel("the caller's stream broke: " + e.getMessage()));
    } finally {
      close.run();
    }
  }

  void credit(int more) {
    credit.release(more);
  }

  /// The call is over.
  void stop() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
