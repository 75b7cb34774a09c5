package stoa.polyglot.context;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stoa.call.AdaptiveSpin;

/// The one thread that runs a context: it takes tasks from its queue, and timers when they are due.
/// Every task says for which call it runs, so that the cancel ladder knows whom an interrupt would
/// hit.
final class ContextThread {
  /// Guest recursion needs room; the memory is reserved, not used.
  private static final long STACK_BYTES = 64L * 1024 * 1024;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /// No call: loading, closing, timers set while loading.
  static final long NO_CALL = 0;

  private static final long IDLE = -1;

  private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::number));
  private final Map<Long, Timer> timersByNumber = new HashMap<>();
  private final AdaptiveSpin spin = new AdaptiveSpin();
  private final Thread thread;
  private final Consumer<Throwable> onError;
  private long lastTimer;
  private volatile long running = IDLE;
  private volatile boolean stopping;

  private record Task(long call, Runnable work) {}

  private record Timer(long number, long due, long period, long call, Runnable work) {}

  /// @param onError takes what a task threw; runs on this thread
  ContextThread(String module, Consumer<Throwable> onError) {
    this.onError = onError;
    thread =
        new Thread(
            null, this::run, "stoa-" + module + "-" + NUMBERS.incrementAndGet(), STACK_BYTES);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /// Any thread.
  void submit(long call, Runnable work) {
    queue.add(new Task(call, work));
  }

  /// The call whose task runs now; [#NO_CALL] for other work. Negative when idle.
  long running() {
    return running;
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  String name() {
    return thread.getName();
  }

  /// Ends the thread after the tasks that are queued now.
  void stop() {
    submit(NO_CALL, () -> stopping = true);
  }

  /// Waits for the end of the thread.
  boolean join(long millis) throws InterruptedException {
    thread.join(Math.max(1, millis));
    return !thread.isAlive();
  }

  /// On this thread only. @param period 0: once
  long schedule(long call, double delayMillis, boolean repeat, Runnable work) {
    long nanos = (long) (Math.min(delayMillis, 1e12) * 1_000_000);
    long number = ++lastTimer;
    long period = repeat ? Math.max(nanos, 1_000_000) : 0;
    add(new Timer(number, System.nanoTime() + nanos, period, call, work));
    return number;
  }

  /// On this thread only.
  void unschedule(long number) {
    Timer timer = timersByNumber.remove(number);
    if (timer != null) {
      timers.remove(timer);
    }
  }

  private void add(Timer timer) {
    timers.add(timer);
    timersByNumber.put(timer.number(), timer);
  }

  private void run() {
    while (!stopping) {
      try {
        Task task = next();
        if (task != null) {
          execute(task.call(), task.work());
        }
        runTimers();
      } catch (InterruptedException e) {
        // It was meant for guest code and came late: the queue goes on.
      }
    }
  }

  private @Nullable Task next() throws InterruptedException {
    Timer first = timers.peek();
    if (first == null) {
      spin.await(() -> !queue.isEmpty());
      return queue.take();
    }
    return queue.poll(Math.max(0, first.due() - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private void runTimers() {
    long now = System.nanoTime();
    for (Timer timer = timers.peek();
        timer != null && timer.due() - now <= 0 && !stopping;
        timer = timers.peek()) {
      timers.poll();
      timersByNumber.remove(timer.number());
      if (timer.period() > 0) {
        add(
            new Timer(
                timer.number(),
                Math.max(timer.due() + timer.period(), now),
                timer.period(),
                timer.call(),
                timer.work()));
      }
      execute(timer.call(), timer.work());
    }
  }

  private void execute(long call, Runnable work) {
    running = call;
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      onError.accept(e);
    } finally {
      running = IDLE;
    }
  }
}
