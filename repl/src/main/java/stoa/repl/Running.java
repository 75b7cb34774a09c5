package stoa.repl;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/// What the shell's thread waits for now, so that Ctrl-C can end the wait and nothing else.
final class Running {
  @GuardedBy("this")
  private @Nullable Thread waiting;

  /// Runs it on the calling thread.
  void during(Runnable work) {
    synchronized (this) {
      waiting = Thread.currentThread();
    }
    try {
      work.run();
    } finally {
      synchronized (this) {
        waiting = null;
        // A Ctrl-C that came too late must not end what comes next.
        var _ = Thread.interrupted();
      }
    }
  }

  /// Interrupts what runs. Any thread.
  ///
  /// @return whether anything ran
  synchronized boolean cancel() {
    if (waiting == null) {
      return false;
    }
    waiting.interrupt();
    return true;
  }
}
