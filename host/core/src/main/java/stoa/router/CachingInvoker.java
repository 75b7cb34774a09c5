package stoa.router;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.call.Target;

/// Answers calls of methods that are declared cached with earlier results; all others, and those
/// without one, go on to the module. Two equal calls under way are two calls: neither waits for the
/// other.
record CachingInvoker(Invoker module, CacheRules rules, ResultCache results) implements Invoker {
  @Override
  public Flow open(Invocation invocation, Flow caller) {
    Duration time = rules.times().get(invocation.method());
    if (time == null || !plain(invocation)) {
      return module.open(invocation, caller);
    }
    ResultCache.Key key =
        new ResultCache.Key(
            invocation.chain().caller(),
            invocation.method(),
            ByteBuffer.wrap(invocation.argument().encoded().bytes()));
    @Nullable Payload known = results.get(key);
    if (known != null) {
      caller.send(new Signal.Returned(known));
      return _ -> {};
    }
    return module.open(invocation, new Remembering(caller, key, time));
  }

  private static boolean plain(Invocation invocation) {
    return invocation.target() instanceof Target.Module
        && invocation.terms().shape().equals(Invocation.Shape.PLAIN)
        && !invocation.argument().goesOn()
        && invocation.argument().references().isEmpty();
  }

  /// Sees the result on its way to the caller. Of a stream nothing is kept.
  private final class Remembering implements Flow, TakesParts {
    private final Flow caller;
    private final ResultCache.Key key;
    private final Duration time;
    private volatile boolean streamed;

    Remembering(Flow caller, ResultCache.Key key, Duration time) {
      this.caller = caller;
      this.key = key;
      this.time = time;
    }

    @Override
    public void send(Signal signal) {
      switch (signal) {
        case Signal.Item _, Signal.End _ -> streamed = true;
        case Signal.Returned(Payload result) -> {
          if (!streamed && !result.goesOn() && result.references().isEmpty()) {
            results.put(key, result, time.toNanos());
          }
        }
        case Signal.Failed _,
            Signal.Part _,
            Signal.Credit _,
            Signal.Room _,
            Signal.Accepted _,
            Signal.Cancel _ -> {}
      }
      caller.send(signal);
    }
  }
}
