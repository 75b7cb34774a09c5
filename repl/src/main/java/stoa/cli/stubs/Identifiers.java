package stoa.cli.stubs;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which names a language takes, and what to call things that it does not take by their name.
///
/// @param legal how a name is spelt
/// @param reserved names that mean something to the language, or to the generated file
record Identifiers(Pattern legal, Set<String> reserved) {
  static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{Nd}_]*");
  static final Pattern WORD_WITH_DOLLARS = Pattern.compile("[\\p{L}_$][\\p{L}\\p{Nd}_$]*");

  Identifiers {
    reserved = Set.copyOf(reserved);
  }

  static Identifiers of(Pattern legal, String reserved) {
    return new Identifiers(legal, Set.of(reserved.split("\\s+")));
  }

  /// Letters that a language takes for others (Python does, by NFKC) are not spelt right either.
  boolean isLegal(String name) {
    return legal.matcher(name).matches() && Normalizer.isNormalized(name, Normalizer.Form.NFKC);
  }

  boolean takes(String name) {
    return isLegal(name) && !reserved.contains(name);
  }

  /// The name itself if it can be, else one that resembles it.
  ///
  /// @param otherwise what to call it if its name cannot be spelt
  /// @param taken names that are in use; the answer is added
  String free(String name, String otherwise, Set<String> taken) {
    String free = isLegal(name) ? name : otherwise;
    while (reserved.contains(free) || taken.contains(free)) {
      free += "_";
    }
    taken.add(free);
    return free;
  }

  /// A variable for a module: `my-words` is `my_words`.
  String variable(String module, Set<String> taken) {
    return free(module.replaceAll("[^\\p{L}\\p{Nd}_]", "_"), "module", taken);
  }

  /// A type for a module: `my-words` is `MyWords`.
  ///
  /// @param taken names of other types
  String type(String module, Set<String> taken) {
    String words =
        Arrays.stream(module.split("[^\\p{L}\\p{Nd}]+"))
            .filter(word -> !word.isEmpty())
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    boolean usable = isLegal(words) && !taken.contains(words) && !reserved.contains(words);
    return free(usable ? words : words + "Module", "Module", taken);
  }
}
