package stoa.value;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The argument of a call: what was given by position, and what was given by name, in order.
public record Arguments(List<Value> positional, Map<String, Value> named) {
  public static final Arguments NONE = new Arguments(List.of(), Map.of());

  public Arguments {
    positional = List.copyOf(positional);
    named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    named.keySet().forEach(Surrogates::requirePaired);
  }

  /// Plain Java data by position, as [Value#of(Object)] takes it.
  public static Arguments of(@Nullable Object... positional) {
    return new Arguments(Arrays.stream(positional).map(Value::of).toList(), Map.of());
  }
}
