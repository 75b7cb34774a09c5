package stoa.cli;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.call.TimeSpan;
import stoa.repl.line.Word;

/// What was typed, taken apart.
///
/// @param words after the verb, without flags
/// @param flags with their values; those without a value have an empty one
record CommandLine(Verb verb, List<Word> words, Map<Flag, String> flags) {
  CommandLine {
    words = List.copyOf(words);
    flags = Map.copyOf(flags);
  }

  boolean has(Flag flag) {
    return flags.containsKey(flag);
  }

  Optional<String> value(Flag flag) {
    return Optional.ofNullable(flags.get(flag));
  }

  /// The first word, which the verb cannot do without.
  ///
  /// @throws UsageException if it is missing
  String target() {
    if (words.isEmpty()) {
      throw new UsageException(
          "something is missing after `" + verb.text() + "`.", "Write: " + verb.usage());
    }
    return words.getFirst().typed();
  }

  /// The words after the first.
  List<Word> rest() {
    return words.subList(Math.min(1, words.size()), words.size());
  }

  /// @throws UsageException if there are more words than that
  void atMost(int count) {
    if (words.size() > count) {
      throw new UsageException(
          "`" + words.get(count).typed() + "` is one word too many.", "Write: " + verb.usage());
    }
  }

  /// @throws UsageException if it is no time
  Optional<Duration> deadline() {
    return time(Flag.DEADLINE);
  }

  /// @throws UsageException if it is no time
  Optional<Duration> time(Flag flag) {
    return value(flag)
        .map(text ->
            TimeSpan.read(text)
                .orElseThrow(() ->
                    new UsageException(
                        "`%s %s` is no time.".formatted(flag.text(), text),
                        "Write a number and a unit: 500ms, 2s, 1.5m, 1h.")));
  }

  /// @throws UsageException if it is no number of at least 1
  int number(Flag flag, int otherwise) {
    Optional<String> text = value(flag);
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.get().matches("[1-9]\\d{0,3}")) {
      throw new UsageException(
          "`%s %s` is no number from 1 to 9999.".formatted(flag.text(), text.get()), "");
    }
    return Integer.parseInt(text.get());
  }
}
