package stoa.call;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls that wait to begin, in a fair order: interactive ones before batch, but one turn of
/// [#SHARE] for batch; within a lane each caller has a turn, however many calls it has queued.
/// Guarded by its owner.
///
/// @param <T> what stands for a call
public final class Lanes<T> {
  private static final int SHARE = 8;

  private final Ring<T> interactive = new Ring<>();
  private final Ring<T> batch = new Ring<>();
  private int interactiveInARow;

  public void add(T task, String caller, Invocation.Lane lane) {
    ring(lane).add(task, caller);
  }

  /// A call waits no more.
  ///
  /// @return whether it did
  public boolean remove(T task, String caller, Invocation.Lane lane) {
    return ring(lane).remove(task, caller);
  }

  private Ring<T> ring(Invocation.Lane lane) {
    return switch (lane) {
      case INTERACTIVE -> interactive;
      case BATCH -> batch;
    };
  }

  public int size() {
    return interactive.size + batch.size;
  }

  /// The call whose turn it is, or null if none waits.
  public @Nullable T poll() {
    if (batch.size == 0) {
      interactiveInARow = 0;
      return interactive.poll();
    }
    if (interactive.size > 0 && interactiveInARow < SHARE - 1) {
      interactiveInARow++;
      return interactive.poll();
    }
    interactiveInARow = 0;
    return batch.poll();
  }

  /// The callers of one lane take turns. The one that was served last goes to the end only when the
  /// next is looked for: so a caller that comes meanwhile is before it.
  private static final class Ring<T> {
    private final Map<String, Line<T>> lines = new HashMap<>();
    private final Deque<Line<T>> order = new ArrayDeque<>();
    private @Nullable Line<T> served;
    private int size;

    /// The calls of one caller.
    private record Line<T>(String caller, Deque<T> tasks) {}

    void add(T task, String caller) {
      Line<T> line = lines.get(caller);
      if (line == null) {
        line = new Line<>(caller, new ArrayDeque<>(4));
        lines.put(caller, line);
        order.add(line);
      }
      line.tasks().add(task);
      size++;
    }

    boolean remove(T task, String caller) {
      Line<T> line = lines.get(caller);
      if (line == null || !line.tasks().remove(task)) {
        return false;
      }
      size--;
      if (line.tasks().isEmpty() && order.remove(line)) {
        lines.remove(caller);
      }
      return true;
    }

    @Nullable T poll() {
      rotate();
      Line<T> line = order.poll();
      if (line == null) {
        return null;
      }
      served = line;
      size--;
      return line.tasks().poll();
    }

    private void rotate() {
      Line<T> last = served;
      served = null;
      if (last == null) {
        return;
      }
      if (last.tasks().isEmpty()) {
        lines.remove(last.caller());
      } else {
        order.add(last);
      }
    }
  }
}
