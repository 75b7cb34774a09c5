package stoa.limit;

import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.FailureException;

/// What waits at one instance, and whose it is: calls that have not begun, and what calls and their
/// streams carry. Any thread.
///
/// An open call may send the items that it was asked for, so they are refused only beyond twice the
/// limit for bytes; up to there new calls pay for them.
public final class Backlog {
  private final String name;
  private final Limits limits;
  private final Shares calls = new Shares(Quota.QUEUE); // guarded by this
  private final Shares bytes = new Shares(Quota.QUEUED); // guarded by this

  /// @param name what people call the instance or its module
  public Backlog(String name, Limits limits) {
    this.name = name;
    this.limits = limits;
  }

  /// A call comes and waits.
  ///
  /// @param weight of its argument
  /// @throws FailureException RESOURCE_EXHAUSTED
  public Stay enter(String caller, long weight) {
    Failure refusal;
    synchronized (this) {
      refusal = bytes.take(caller, weight, limits.queuedBytes(), name);
      if (refusal == null) {
        refusal = calls.take(caller, 1, limits.queue(), name);
        if (refusal != null) {
          bytes.giveBack(caller, weight);
        }
      }
    }
    if (refusal != null) {
      throw new FailureException(refusal);
    }
    return new Stay(caller, weight);
  }

  /// How many calls wait.
  public synchronized long waiting() {
    return calls.used();
  }

  /// How many bytes wait.
  public synchronized long bytes() {
    return bytes.used();
  }

  /// One call, from its coming to its end.
  public final class Stay {
    private final String caller;
    private long kept; // guarded by the backlog
    private boolean waits = true; // guarded by the backlog
    private boolean over; // guarded by the backlog

    private Stay(String caller, long kept) {
      this.caller = caller;
      this.kept = kept;
    }

    /// The call waits no more.
    public void begins() {
      synchronized (Backlog.this) {
        if (waits) {
          waits = false;
          calls.giveBack(caller, 1);
        }
      }
    }

    /// An item comes and waits.
    ///
    /// @return why it cannot; null: it does
    public @Nullable Failure keeps(long weight) {
      synchronized (Backlog.this) {
        Failure refusal = over ? null : bytes.take(caller, weight, 2 * limits.queuedBytes(), name);
        kept += over || refusal != null ? 0 : weight;
        return refusal;
      }
    }

    /// An item was taken.
    public void forgets(long weight) {
      synchronized (Backlog.this) {
        long mine = Math.min(kept, weight);
        kept -= mine;
        bytes.giveBack(caller, mine);
      }
    }

    /// Nothing of it waits any more.
    public void ends() {
      synchronized (Backlog.this) {
        begins();
        over = true;
        forgets(kept);
      }
    }
  }
}
