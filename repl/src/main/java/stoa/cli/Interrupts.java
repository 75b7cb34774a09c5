package stoa.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C, and other wishes that the process end. The JVM then exits with 128 and the number of the
/// signal, as shells expect; before that the command gets a second to cancel what runs and to say
/// how far it came.
final class Interrupts {
  private static final long PATIENCE_MILLIS = 1000;

  private static final long HALT_MILLIS = 3000;

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Runnable stop;
  private volatile int exitCode = ExitCode.CANCELLED;

  /// To be called on the thread of the command, which is interrupted unless [#onStop] says
  /// otherwise.
  Interrupts() {
    Thread command = Thread.currentThread();
    stop = command::interrupt;
  }

  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "stoa-shutdown"));
  }

  /// What ends the command. Runs on another thread.
  void onStop(Runnable action) {
    stop = action;
  }

  /// Ends the command.
  void stop() {
    stop.run();
  }

  /// The command has said all it has to say.
  void over(int code) {
    exitCode = code;
    over.countDown();
  }

  /// Ends the process for good. GraalVM's own shutdown hook waits for ever for a guest thread that
  /// cannot be stopped.
  private void halt() {
    try {
      TimeUnit.MILLISECONDS.sleep(HALT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
  }

  private void shutDown() {
    Thread.ofPlatform().name("stoa-halt").daemon().start(this::halt);
    if (over.getCount() == 0) {
      return;
    }
    stop();
    try {
      var _ = over.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
