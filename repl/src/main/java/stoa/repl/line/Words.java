package stoa.repl.line;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.ArrayList;
import java.util.Map;
import stoa.value.Arguments;
import stoa.value.Value;

/// Words as the arguments of a call.
public final class Words {
  private Words() {}

  /// @throws IllegalArgumentException if a name is given twice
  public static Arguments arguments(List<Word> words) {
    List<Value> positional = new ArrayList<>();
    Map<String, Value> named = new LinkedHashMap<>();
    for (Word word : words) {
      if (word.name().isEmpty()) {
        positional.add(word.value());
      } else if (named.put(word.name().get(), word.value()) != null) {
        throw new IllegalArgumentException(
            "the argument `" + word.name().get() + "` is given twice; keep one of them");
      }
    }
    return new Arguments(positional, named);
  }
}
