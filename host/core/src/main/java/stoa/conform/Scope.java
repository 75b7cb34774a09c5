package stoa.conform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.host.JavaMethod;
import stoa.value.Value;

/// What the words between angle brackets in a case stand for: results of earlier steps, functions
/// and objects of the kit, names, long texts.
final class Scope {
  private static final Pattern LONG_TEXT = Pattern.compile("<text (\\d+)>");

  /// The kit has no objects of its own here.
  static final class NoObjects extends RuntimeException {}

  private final Subject subject;
  private final Map<String, Value> names = new HashMap<>();
  private final List<Value.Reference> received = new ArrayList<>();

  Scope(Subject subject) {
    this.subject = subject;
    names.put("<module>", Value.of(subject.module()));
    names.put("<other>", Value.of(subject.other()));
    names.put("<caller>", Value.of(subject.door().caller()));
  }

  void name(String name, Value value) {
    names.put("<" + name + ">", value);
    if (value instanceof Value.Reference reference) {
      received.add(reference);
    }
  }

  /// The value with all words replaced.
  Value filled(Value value) {
    return switch (value) {
      case Value.Text(String text) -> word(text);
      case Value.Sequence(List<Value> items) ->
          new Value.Sequence(items.stream().map(this::filled).toList());
      case Value.Dictionary(Map<String, Value> entries) -> {
        Map<String, Value> filled = new LinkedHashMap<>();
        entries.forEach((key, entry) -> filled.put(key, filled(entry)));
        yield new Value.Dictionary(filled);
      }
      case Value.Null _,
          Value.Bool _,
          Value.Int _,
          Value.Real _,
          Value.Bytes _,
          Value.BigInt _,
          Value.Timestamp _,
          Value.Reference _ ->
          value;
    };
  }

  private Value word(String text) {
    Matcher longText = LONG_TEXT.matcher(text);
    if (longText.matches()) {
      return Value.of("x".repeat(Integer.parseInt(longText.group(1))));
    }
    return switch (text) {
      case "<adder>" -> reference("call", call -> sum(call.arguments().positional()));
      case "<thrower>" ->
          reference(
              "call",
              _ -> {
                throw new IllegalStateException("the callback threw");
              });
      case "<counter>" -> reference("upto", call -> numbers(call.argument(0).asLong()).iterator());
      default -> names.getOrDefault(text, Value.of(text));
    };
  }

  private Value.Reference reference(String method, JavaMethod code) {
    return subject.door().objects().orElseThrow(NoObjects::new).apply(Map.of(method, code));
  }

  private static List<Long> numbers(long end) {
    return java.util.stream.LongStream.range(0, end).boxed().toList();
  }

  private static long sum(List<Value> numbers) {
    return numbers.stream().mapToLong(Value::asLong).sum();
  }

  /// Gives back what came during the case.
  void close() {
    received.forEach(subject.door().release());
  }
}
