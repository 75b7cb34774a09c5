package stoa.polyglot.context;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import stoa.call.AdaptiveSpin;
import stoa.call.Chain;
import stoa.call.Invocation;

/// The one thread that runs a context: it takes tasks from its queue, and timers when they are due.
/// Every task says for which call it runs, so that the cancel ladder knows whom an interrupt would
/// hit, and so that code which blocks lets through only what its call led to.
final class ContextThread {
  /// Guest recursion needs room; the memory is reserved, not used.
  private static final long STACK_BYTES = 64L * 1024 * 1024;

  private static final long FOR_EVER = Long.MAX_VALUE >> 1;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /// No call: loading, closing, timers set while loading.
  static final long NO_CALL = 0;

  private static final long IDLE = -1;

  private final Turns turns = new Turns();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::number));
  private final Map<Long, Timer> timersByNumber = new HashMap<>();
  private final AdaptiveSpin spin = new AdaptiveSpin();
  private final AdaptiveSpin spinInBlock = new AdaptiveSpin();
  private final LongFunction<@Nullable Chain> chains;
  private final Consumer<Throwable> onError;
  private final CpuWatch watch;
  private final Thread thread;
  private final int number = NUMBERS.incrementAndGet();
  private long lastTimer;
  private boolean beside; // own thread only
  private int blocks;
  private volatile long running = IDLE;
  private volatile long turn; // own thread writes it
  private volatile @Nullable CountDownLatch paused;
  private volatile boolean stopping;

  private record Timer(long number, long due, long period, long call, Runnable work) {}

  /// @param chains the place of a call by its number, null if the call is over; any thread
  /// @param onError takes what a task threw; runs on this thread
  ContextThread(LongFunction<@Nullable Chain> chains, Consumer<Throwable> onError, CpuWatch watch) {
    this.chains = chains;
    this.onError = onError;
    this.watch = watch;
    thread = new Thread(null, this::run, name("prepared"), STACK_BYTES);
    thread.setDaemon(true);
  }

  private String name(String whose) {
    return "stoa-" + whose + "-" + number;
  }

  /// From now on it is the thread of this module.
  void serve(String module) {
    thread.setName(name(module));
  }

  void start() {
    thread.start();
  }

  /// Goes on with a call that has begun. Any thread.
  void submit(long call, Runnable work) {
    turns.add(new Turns.Task(call, chains.apply(call), null, false, work));
  }

  /// The same with what a call may go on with: items of its caller, room for its own.
  void goOn(long call, Runnable work) {
    turns.add(new Turns.Task(call, chains.apply(call), null, true, work));
  }

  /// Goes on with a call when no code blocks any more. On this thread.
  void goOnAlone(long call, Runnable work) {
    turns.addBehindBlocks(new Turns.Task(call, chains.apply(call), null, false, work));
  }

  /// Whether the task that runs now does so beside code that blocks, and must not block.
  boolean isBeside() {
    return beside;
  }

  /// Takes its turn among the calls that wait to begin. Any thread.
  ///
  /// @param lane null for a call that this context's own calls led to: it goes on with those
  void queue(long call, Chain chain, Invocation.@Nullable Lane lane, Runnable work) {
    turns.add(new Turns.Task(call, chain, lane, false, work));
  }

  /// The same with a call that has begun and lets others have their turn.
  void queueAgain(long call, Chain chain, Invocation.@Nullable Lane lane, Runnable work) {
    turns.add(new Turns.Task(call, chain, lane, true, work));
  }

  /// The call whose task runs now; [#NO_CALL] for other work. Negative when idle.
  long running() {
    return running;
  }

  /// Counts what it began to do when it was idle.
  long turn() {
    return turn;
  }

  String name() {
    return thread.getName();
  }

  long id() {
    return thread.threadId();
  }

  /// Ends the thread after the tasks that are queued now.
  void stop() {
    submit(NO_CALL, () -> stopping = true);
  }

  boolean hasEnded() {
    return !thread.isAlive();
  }

  /// Waits for the end of the thread.
  boolean join(long millis) throws InterruptedException {
    thread.join(Math.max(1, millis));
    return !thread.isAlive();
  }

  // ---- interrupts; from another thread ----

  /// No task begins until [Pause#close]: an interrupt that is under way would hit it too, and would
  /// take its end for that of the code which is to stop. One at a time.
  Pause pause() {
    CountDownLatch over = new CountDownLatch(1);
    paused = over;
    return () -> {
      paused = null;
      over.countDown();
    };
  }

  /// Tasks may not begin.
  interface Pause extends AutoCloseable {
    @Override
    void close();
  }

  private void awaitPause() {
    for (CountDownLatch over = paused; over != null; over = paused) {
      try {
        over.await();
      } catch (InterruptedException e) {
        // It was meant for the code that has stopped.
      }
    }
  }

  // ---- blocking; on this thread, from within a task ----

  /// Blocks the guest code that runs now. Meanwhile it runs what `chain` led to, but nothing of the
  /// call that runs now, nor of any other.
  ///
  /// @param enough ends the block; looked at after each [#wake]
  private void block(Chain chain, @Nullable String feeds, BooleanSupplier enough)
      throws InterruptedException {
    blocks++;
    turns.block(chain, feeds, running);
    try {
      while (!enough.getAsBoolean()) {
        if (timers.isEmpty()) {
          spinInBlock.await(() -> enough.getAsBoolean() || turns.ready());
        }
        Turns.Task task = turns.take(enough, untilTimer());
        if (task != null) {
          execute(task);
        }
        fireTimers();
      }
    } finally {
      turns.unblock();
      blocks--;
    }
  }

  /// Blocks the guest code that runs now until there is a signal, or another reason to go on.
  ///
  /// @param feeds the caller, if the signals are its stream; else null
  void await(Inbox inbox, Chain chain, @Nullable String feeds, BooleanSupplier enough) {
    inbox.await(true);
    try {
      block(chain, feeds, () -> !inbox.isEmpty() || enough.getAsBoolean());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another module", e);
    } finally {
      inbox.await(false);
    }
  }

  /// Whether code of a call may run now: always, unless guest code blocks.
  boolean lets(long call) {
    return blocks == 0 || turns.lets(call, chains.apply(call));
  }

  /// Any thread.
  void wake() {
    turns.wake();
  }

  // ---- timers; on this thread ----

  /// @param delayMillis counts from now
  long schedule(long call, double delayMillis, boolean repeat, Runnable work) {
    long nanos = (long) (Math.min(delayMillis, 1e12) * 1_000_000);
    long number = ++lastTimer;
    long period = repeat ? Math.max(nanos, 1_000_000) : 0;
    add(new Timer(number, System.nanoTime() + nanos, period, call, work));
    return number;
  }

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

  private long untilTimer() {
    Timer first = timers.peek();
    return first == null ? FOR_EVER : Math.max(0, first.due() - System.nanoTime());
  }

  /// Makes tasks of the timers that are due.
  private void fireTimers() {
    if (timers.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    for (Timer timer = timers.peek();
        timer != null && timer.due() - now <= 0;
        timer = timers.peek()) {
      timers.poll();
      Timer due = timer;
      submit(due.call(), () -> fire(due));
    }
  }

  private void fire(Timer timer) {
    if (!timersByNumber.remove(timer.number(), timer)) {
      return;
    }
    if (timer.period() > 0) {
      long next = Math.max(timer.due() + timer.period(), System.nanoTime());
      add(new Timer(timer.number(), next, timer.period(), timer.call(), timer.work()));
    }
    timer.work().run();
  }

  // ---- the loop ----

  private void run() {
    while (!stopping) {
      try {
        if (timers.isEmpty()) {
          spin.await(turns::ready);
        }
        Turns.Task task = turns.take(() -> false, untilTimer());
        if (task != null) {
          execute(task);
        }
        fireTimers();
      } catch (InterruptedException e) {
        // It was meant for guest code and came late: the queue goes on.
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
  private void begins() {
    turn++;
    watch.works();
  }

  private void execute(Turns.Task task) {
    long before = running;
    boolean besideBefore = beside;
    if (before == IDLE) {
      awaitPause();
      begins();
    }
    running = task.call();
    beside = blocks > 0 && turns.isBeside(task);
    try {
      task.work().run();
    } catch (RuntimeException | Error e) {
      onError.accept(e);
      if (before != IDLE && Ending.isInterrupt(e)) {
        throw e; // it unwinds the code that blocks too
      }
    } finally {
      running = before;
      beside = besideBefore;
    }
  }
}
