package stoa.call;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A flow whose other end is not known yet: keeps what is said to it, in order, and passes it on
/// when [#attach] names the other end. Any thread.
public final class LateFlow implements Flow {
  /// What waits: made when there is the first.
  private @Nullable Deque<Signal> waiting; // guarded by this

  private @Nullable Flow end; // guarded by this
  private boolean passing; // guarded by this

  @Override
  public void send(Signal signal) {
    Flow known;
    synchronized (this) {
      known = end;
      if (known == null || passing) {
        waiting = waiting == null ? new ArrayDeque<>(4) : waiting;
        waiting.add(signal);
        return;
      }
    }
    known.send(signal);
  }

  /// Once.
  public void attach(Flow known) {
    synchronized (this) {
      end = known;
      passing = true;
    }
    // Signals that come meanwhile queue up behind those that wait.
    for (Signal next = next(); next != null; next = next()) {
      known.send(next);
    }
  }

  private synchronized @Nullable Signal next() {
    Signal next = waiting == null ? null : waiting.poll();
    passing = next != null;
    return next;
  }
}
