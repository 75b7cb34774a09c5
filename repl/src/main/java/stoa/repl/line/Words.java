package stoa.repl.line;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import stoa.value.Arguments;
import stoa.value.Value;

/// Words as the arguments of a call.
public final class Words {
  private Words() {}

  /// The words of a line, with spaces between them.
  public static List<Word> read(String line) throws LineSyntaxException {
    return new WordReader(line, 0).spaced();
  }

  /// @throws IllegalArgumentException if a name is given twice
  public static Arguments arguments(List<Word> words) {
    return arguments(words, Word::value);
  }

  static Arguments arguments(List<Word> words, Function<Word, Value> meaning) {
    List<Value> positional = new ArrayList<>();
    Map<String, Value> named = new LinkedHashMap<>();
    for (Word word : words) {
      Value value = meaning.apply(word);
      if (word.name().isEmpty()) {
        positional.add(value);
      } else if (named.put(word.name().get(), value) != null) {
        throw new IllegalArgumentException(
            "the argument `" + word.name().get() + "` is given twice; keep one of them");
      }
    }
    return new Arguments(positional, named);
  }
}
