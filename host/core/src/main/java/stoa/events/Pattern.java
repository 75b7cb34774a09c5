package stoa.events;

import java.util.Arrays;
import java.util.List;

/// Which topics a subscription wants. Topics are words with dots between; `*` stands for one word,
/// `>` at the end for one or more.
record Pattern(List<String> words) {
  private static final int LONGEST = 255;

  /// @throws IllegalArgumentException naming what is wrong
  static Pattern of(String text) {
    List<String> words = split(text);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean last = i == words.size() - 1;
      boolean wild = word.contains("*") || word.contains(">");
      if ((word.equals(">") && !last) || (word.length() > 1 && wild)) {
        throw new IllegalArgumentException(
            "the pattern `"
                + text
                + "` is wrong at `"
                + word
                + "`: `*` is a whole word, `>` the last");
      }
    }
    return new Pattern(words);
  }

  /// @throws IllegalArgumentException if it is no topic
  static List<String> topic(String text) {
    List<String> words = split(text);
    if (text.contains("*") || text.contains(">")) {
      throw new IllegalArgumentException("a topic has no `*` and no `>`, was `" + text + "`");
    }
    return words;
  }

  private static List<String> split(String text) {
    List<String> words = Arrays.asList(text.split("\\.", -1));
    if (text.length() > LONGEST || words.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "a topic is words with dots between, at most "
              + LONGEST
              + " characters, was `"
              + text
              + "`");
    }
    return words;
  }

  boolean matches(List<String> topic) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals(">")) {
        return topic.size() > i;
      }
      String word = words.get(i);
      if (i >= topic.size() || !(word.equals("*") || word.equals(topic.get(i)))) {
        return false;
      }
    }
    return topic.size() == words.size();
  }
}
