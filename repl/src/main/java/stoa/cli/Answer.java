package stoa.cli;

import stoa.client.Items;
import stoa.repl.view.ValueText;
import stoa.value.Value;

/// What a call answers, as JSON on stdout.
record Answer(Streams streams) {

  /// One value, or one line an item as they come.
  void print(Items items) {
    boolean any = false;
    while (items.hasNext()) {
      Value value = items.next();
      any = true;
      if (items.streamed()) {
        streams.out().line(shown().item(value));
      } else {
        print(value);
      }
    }
    if (!any && !items.streamed()) {
      print(Value.NULL);
    }
  }

  /// On several lines where a person reads it.
  void print(Value value) {
    boolean person = streams.terminals().out();
    streams.out().line(person ? shown().pretty(value) : shown().item(value));
  }

  private ValueText shown() {
    return new ValueText(streams.outPaint(), 100);
  }
}
