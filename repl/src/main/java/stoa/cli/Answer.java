package stoa.cli;

import java.util.function.Consumer;
import stoa.client.Items;
import stoa.repl.view.ValueText;
import stoa.value.Value;

/// What a call answers, on stdout: JSON, or CBOR.
///
/// @param value prints an answer of one value
/// @param item prints one of many
record Answer(Consumer<Value> value, Consumer<Value> item) {

  /// @throws UsageException if CBOR would go to a terminal
  static Answer of(CommandLine line, Situation situation) {
    Streams streams = situation.streams();
    if (line.has(Flag.CBOR)) {
      CborOutput out = CborOutput.of(streams);
      return new Answer(out::print, out::print);
    }
    ValueText text = new ValueText(streams.outPaint(), 100);
    Consumer<Value> onOneLine = item -> streams.out().line(text.item(item));
    // On several lines where a person reads it.
    Consumer<Value> pretty = value -> streams.out().line(text.pretty(value));
    return new Answer(streams.terminals().out() ? pretty : onOneLine, onOneLine);
  }

  /// One value, or the items as they come.
  void print(Items items) {
    boolean any = false;
    while (items.hasNext()) {
      Value next = items.next();
      any = true;
      (items.streamed() ? item : value).accept(next);
    }
    if (!any && !items.streamed()) {
      print(Value.NULL);
    }
  }

  void print(Value only) {
    value.accept(only);
  }
}
