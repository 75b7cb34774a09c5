package stoa.repl;

import java.util.ArrayList;
import java.util.List;
import stoa.call.Invoker;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.repl.line.CallLine;
import stoa.value.Json;
import stoa.value.Value;

/// Makes calls and shows what they answer. Remembers the last answer. Used by the shell's thread
/// only.
final class Calls {
  /// So many items of a stream stay at hand as the last result.
  private static final int MOST_KEPT = 1000;

  private final Screen screen;
  private Value last = Value.NULL;

  Calls(Screen screen) {
    this.screen = screen;
  }

  Value last() {
    return last;
  }

  /// Shows a result that something else than a call brought.
  void keep(Value value) {
    last = value;
  }

  /// @throws stoa.call.FailureException if the call fails
  void make(CallLine call, Invoker invoker) {
    ModuleClient module = new ModuleClient(invoker, call.module());
    try (Items items = module.items(call.method(), call.arguments(last))) {
      show(items);
    }
  }

  private void show(Items items) {
    if (!items.hasNext()) {
      single(Value.NULL, items.streamed());
      return;
    }
    Value first = items.next();
    if (items.streamed()) {
      stream(first, items);
    } else {
      single(first, false);
    }
  }

  private void single(Value value, boolean emptyStream) {
    last = emptyStream ? Value.list() : value;
    if (emptyStream) {
      screen.remark(screen.paint().faint("the stream was empty"));
    } else if (!screen.interactive()) {
      screen.result(Json.write(value));
    } else if (!value.isNull()) {
      screen.result(screen.values().brief(value));
    }
  }

  private void stream(Value first, Items items) {
    List<Value> kept = new ArrayList<>();
    long count = 0;
    try {
      for (Value item = first; ; item = items.next()) {
        count++;
        if (kept.size() < MOST_KEPT) {
          kept.add(item);
        }
        screen.result(numbered(count, item));
        if (!items.hasNext()) {
          break;
        }
      }
    } finally {
      last = new Value.Sequence(kept);
    }
    if (screen.interactive() && count > MOST_KEPT) {
      screen.remark(
          screen.paint().faint("%,d items; `_` has the first %,d".formatted(count, MOST_KEPT)));
    }
  }

  private String numbered(long number, Value item) {
    return screen.interactive()
        ? screen.paint().faint("%4d ".formatted(number)) + screen.values().item(item)
        : Json.write(item);
  }
}
