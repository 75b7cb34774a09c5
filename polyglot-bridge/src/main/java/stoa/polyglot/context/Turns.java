package stoa.polyglot.context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Invocation;
import stoa.call.Lanes;

/// The tasks that wait for a context's thread, in the order in which they get it. Any thread adds;
/// the context's thread takes.
///
/// What goes on with begun calls comes first, in order of arrival; then calls begin, in the order
/// of [Lanes]. One turn of [#SHARE] is theirs even if there is always something to go on with.
///
/// While guest code blocks in a call, only what that call led to may run, and nothing below it on
/// the stack: such tasks have a queue of their own, all others wait for the end of the block. If it
/// blocks for its caller's stream, streams that this caller reads may go on too, because it may
/// come from them; they must not block themselves then, see [#isBeside].
final class Turns {
  /// Turns of begun calls in a row while others wait to begin.
  private static final int SHARE = 32;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Deque<Task> begun = new ArrayDeque<>(); // guarded by lock
  private final Lanes<Task> lanes = new Lanes<>(); // guarded by lock
  private final Deque<Block> blocks = new ArrayDeque<>(); // guarded by lock; innermost first
  private final Set<Task> inLanes =
      new HashSet<>(); // guarded by lock; those that go on with a call
  private int begunInARow; // guarded by lock
  private boolean sleeping; // guarded by lock
  private volatile int ready; // written under lock

  /// @param call the call for which it runs; [ContextThread#NO_CALL] for other work
  /// @param chain the place of that call, null if it is over
  /// @param lane for a task that waits among those that begin
  /// @param goesOn it gives a call that has begun what it may go on with, or begins a stream
  record Task(
      long call,
      @Nullable Chain chain,
      Invocation.@Nullable Lane lane,
      boolean goesOn,
      Runnable work) {
    private String caller() {
      return chain == null ? "" : chain.caller();
    }
  }

  /// Guest code that blocks.
  ///
  /// @param chain what it led to may run
  /// @param feeds the caller for whose stream it blocks: what that reads may go on; else null
  /// @param self the call that blocks, which may not
  private record Block(Chain chain, @Nullable String feeds, long self, Deque<Task> tasks) {
    boolean lets(long call, @Nullable Chain place) {
      return place != null && call != self && place.comesFrom(chain);
    }

    boolean letsGoOn(Task task) {
      return feeds != null && task.goesOn() && task.caller().equals(feeds);
    }
  }

  private boolean lets(Block top, Task task) {
    return top.lets(task.call(), task.chain())
        || (top.letsGoOn(task)
            && blocks.stream().noneMatch(block -> block.self() == task.call())
            && top.self() != task.call());
  }

  /// Whether a task runs only because it may go on beside code that blocks: what it runs would
  /// block that code too.
  boolean isBeside(Task task) {
    lock.lock();
    try {
      Block top = blocks.peek();
      return top != null && !top.lets(task.call(), task.chain());
    } finally {
      lock.unlock();
    }
  }

  void add(Task task) {
    lock.lock();
    try {
      place(task);
      wakeSleeper();
    } finally {
      lock.unlock();
    }
  }

  private void place(Task task) {
    Block top = blocks.peek();
    if (top != null && lets(top, task)) {
      top.tasks().add(task);
    } else if (task.lane() == null) {
      begun.add(task);
    } else {
      lanes.add(task, task.caller(), task.lane());
      if (task.goesOn()) {
        inLanes.add(task);
      }
    }
    count();
  }

  /// Adds a task that waits until no code blocks. The context's thread.
  void addBehindBlocks(Task task) {
    lock.lock();
    try {
      begun.add(task);
    } finally {
      lock.unlock();
    }
  }

  private void count() {
    Block top = blocks.peek();
    ready = top != null ? top.tasks().size() : begun.size() + lanes.size();
  }

  /// Has [#take] look at its condition again.
  void wake() {
    lock.lock();
    try {
      wakeSleeper();
    } finally {
      lock.unlock();
    }
  }

  private void wakeSleeper() {
    if (sleeping) {
      arrived.signal();
    }
  }

  /// Whether [#take] would find a task.
  boolean ready() {
    return ready > 0;
  }

  /// Waits for the next task that may run now.
  ///
  /// @return null when `enough` is true or the time is up
  @Nullable Task take(BooleanSupplier enough, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (!enough.getAsBoolean()) {
        Task task = poll();
        if (task != null || left <= 0) {
          return task;
        }
        sleeping = true;
        try {
          left = arrived.awaitNanos(left);
        } finally {
          sleeping = false;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Task poll() {
    Block top = blocks.peek();
    Task task = top != null ? top.tasks().poll() : next();
    count();
    return task;
  }

  private @Nullable Task next() {
    if (begun.isEmpty() || (begunInARow >= SHARE && lanes.size() > 0)) {
      begunInARow = 0;
      Task first = lanes.poll();
      inLanes.remove(first);
      return first;
    }
    begunInARow++;
    return begun.poll();
  }

  /// Whether a task of this call would be taken now, while guest code blocks.
  boolean lets(long call, @Nullable Chain chain) {
    lock.lock();
    try {
      Block top = blocks.peek();
      return top == null || top.lets(call, chain);
    } finally {
      lock.unlock();
    }
  }

  /// Guest code blocks until [#unblock]: until then only what `chain` led to is taken.
  ///
  /// @param feeds the caller for whose stream it blocks, else null
  void block(Chain chain, @Nullable String feeds, long self) {
    lock.lock();
    try {
      Block block = new Block(chain, feeds, self, new ArrayDeque<>());
      Block outer = blocks.peek();
      // Calls that come back to this context are never in the lanes.
      Iterator<Task> waiting = (outer == null ? begun : outer.tasks()).iterator();
      while (waiting.hasNext()) {
        Task task = waiting.next();
        if (lets(block, task)) {
          waiting.remove();
          block.tasks().add(task);
        }
      }
      for (Task task : List.copyOf(inLanes)) {
        Invocation.Lane lane = task.lane();
        if (lane != null && lets(block, task) && lanes.remove(task, task.caller(), lane)) {
          inLanes.remove(task);
          block.tasks().add(task);
        }
      }
      blocks.push(block);
      count();
    } finally {
      lock.unlock();
    }
  }

  /// What was not taken waits with the others.
  void unblock() {
    lock.lock();
    try {
      blocks.pop().tasks().forEach(this::place);
      count();
    } finally {
      lock.unlock();
    }
  }
}
