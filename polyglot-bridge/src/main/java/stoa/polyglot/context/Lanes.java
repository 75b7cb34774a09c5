package stoa.polyglot.context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Invocation;

/// Calls that wait to begin, in a fair order: interactive ones before batch, but one turn of
/// [#SHARE] for batch; within a lane each caller has a turn, however many calls it has queued.
/// Guarded by its owner.
final class Lanes {
  private static final int SHARE = 8;

  private final Ring interactive = new Ring();
  private final Ring batch = new Ring();
  private int interactiveInARow;

  void add(Turns.Task task, Invocation.Lane lane) {
    switch (lane) {
      case INTERACTIVE -> interactive.add(task);
      case BATCH -> batch.add(task);
    }
  }

  int size() {
    return interactive.size + batch.size;
  }

  Turns.@Nullable Task poll() {
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
  private static final class Ring {
    private final Map<String, Line> lines = new HashMap<>();
    private final Deque<Line> order = new ArrayDeque<>();
    private @Nullable Line served;
    private int size;

    /// The calls of one caller.
    private record Line(String caller, Deque<Turns.Task> tasks) {}

    void add(Turns.Task task) {
      Chain chain = task.chain();
      String caller = chain == null ? "" : chain.caller();
      Line line = lines.get(caller);
      if (line == null) {
        line = new Line(caller, new ArrayDeque<>(4));
        lines.put(caller, line);
        order.add(line);
      }
      line.tasks().add(task);
      size++;
    }

    Turns.@Nullable Task poll() {
      rotate();
      Line line = order.poll();
      if (line == null) {
        return null;
      }
      served = line;
      size--;
      return line.tasks().poll();
    }

    private void rotate() {
      Line last = served;
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
