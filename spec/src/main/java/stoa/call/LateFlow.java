package stoa.call;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A flow whose other end is not known yet: keeps what is said to it, in order, and passes it on
/// when [#attach] names the other end. Any thread.
public final class LateFlow implements Flow {
  private final Deque<Signal> waiting = new ArrayDeque<>(); // guarded by itself
  private @Nullable Flow end; // guarded by waiting
  private boolean passing; // guarded by waiting

  @Override
  public void send(Signal signal) {
    synchronized (waiting) {
      if (end == null || passing || !waiting.isEmpty()) {
        waiting.add(signal);
        return;
      }
    }
    end().send(signal);
  }

  /// Once.
  public void attach(Flow known) {
    synchronized (waiting) {
      end = known;
      passing = true;
    }
    // Signals that come meanwhile queue up behind those that wait.
    for (Signal next = next(); next != null; next = next()) {
      known.send(next);
    }
  }

  private @Nullable Signal next() {
    synchronized (waiting) {
      Signal next = waiting.poll();
      passing = next != null;
      return next;
    }
  }

  private Flow end() {
    synchronized (waiting) {
      if (end == null) {
        throw new IllegalStateException("no end was attached");
      }
      return end;
    }
  }
}
