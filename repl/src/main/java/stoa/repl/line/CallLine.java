package stoa.repl.line;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.value.Arguments;
import stoa.value.Value;

/// A call as it is typed in the shell: `words.count "a b" least=2`, or `words.count("a b",
/// least=2)`.
public record CallLine(String module, String method, List<Word> words) {
  private static final Pattern TARGET = Pattern.compile("\\s*([^\\s(]+)");

  public CallLine {
    words = List.copyOf(words);
  }

  /// @throws LineSyntaxException also when more lines are to come
  public static CallLine read(String line) throws LineSyntaxException {
    Matcher target = TARGET.matcher(line);
    if (!target.lookingAt()) {
      throw new LineSyntaxException("there is nothing to call", 0, false);
    }
    String name = target.group(1);
    int dot = name.indexOf('.');
    if (dot <= 0 || dot == name.length() - 1) {
      throw new LineSyntaxException(
          "`" + name + "` names no method: write `module.method`", target.start(1), false);
    }
    WordReader words = new WordReader(line, target.end());
    boolean bracket = target.end() < line.length() && line.charAt(target.end()) == '(';
    return new CallLine(
        name.substring(0, dot),
        name.substring(dot + 1),
        bracket ? words.bracketed() : words.spaced());
  }

  /// @param last what the word `_` stands for
  /// @throws IllegalArgumentException if a name is given twice
  public Arguments arguments(Value last) {
    return Words.arguments(words, word -> isLast(word) ? last : word.value());
  }

  private static boolean isLast(Word word) {
    return !word.isText() && word.text().equals("_");
  }
}
