package stoa.router;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The one thread that watches deadlines. Its tasks only send signals. The thread exists while
/// something is scheduled.
public final class Timer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;

  public Timer(String name) {
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon().factory());
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(10, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  /// Something scheduled.
  public record Alarm(ScheduledFuture<?> future) {}

  /// A task given after [#close] does not run.
  public Alarm in(long time, TimeUnit unit, Runnable task) {
    return new Alarm(executor.schedule(task, Math.max(0, time), unit));
  }

  public void cancel(Alarm alarm) {
    alarm.future.cancel(false);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
