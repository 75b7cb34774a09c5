package stoa.process;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/// Starts all children, on one thread that lives as long as they may: the kernel sends the signal
/// of a parent's death when the *thread* ends that has started the child.
final class Spawner implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("stoa-spawner").daemon().factory());

  Process start(ProcessBuilder builder) throws IOException {
    Future<Process> started = submit(builder);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return started.get();
        } catch (InterruptedException e) {
          interrupted = true; // a process that is started must not be lost
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Future<Process> submit(ProcessBuilder builder) throws IOException {
    try {
      return thread.submit(builder::start);
    } catch (RejectedExecutionException e) {
      throw new IOException("the host is closing", e);
    }
  }

  /// Once all children have ended.
  @Override
  public void close() {
    thread.shutdown();
  }
}
