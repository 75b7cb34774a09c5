package stoa.router;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.LateFlow;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.call.Target;

/// The channels of one direction that an instance has open: those that it took, on the way to it,
/// or those that it opened, on its way to others. A call ends by itself soon, a channel may never:
/// when the instance is to stop, its channels are ended. Any thread.
final class OpenChannels implements Invoker, TakesParts {
  private final Invoker way;
  private final Set<Open> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Failure stopped;

  OpenChannels(Invoker way) {
    this.way = way;
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (!(invocation.target() instanceof Target.Channel)) {
      return way.open(invocation, caller);
    }
    Open channel = new Open(caller);
    open.add(channel);
    channel.callee.attach(way.open(invocation, channel));
    Failure why = stopped;
    if (why != null) {
      channel.end(why);
    }
    return channel.callee;
  }

  /// Ends all channels, also those that are being opened.
  void end(Failure why) {
    stopped = why;
    List.copyOf(open).forEach(channel -> channel.end(why));
  }

  /// What the callee of a channel says goes to its opener.
  private final class Open implements Flow, TakesParts {
    private final Flow opener;
    private final LateFlow callee = new LateFlow();

    Open(Flow opener) {
      this.opener = opener;
    }

    @Override
    public void send(Signal signal) {
      if (!signal.ends() || open.remove(this)) {
        opener.send(signal);
      }
    }

    private void end(Failure why) {
      if (open.remove(this)) {
        opener.send(new Signal.Failed(why));
        callee.send(new Signal.Cancel(why.message()));
      }
    }
  }
}
