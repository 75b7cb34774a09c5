package stoa.value;

/// Text on the wire is UTF-8, which cannot say half a surrogate pair.
final class Surrogates {
  private Surrogates() {}

  static void requirePaired(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (!Character.isHighSurrogate(c)
          || i + 1 == text.length()
          || !Character.isLowSurrogate(text.charAt(i + 1))) {
        throw new IllegalArgumentException(
            "text with a lone surrogate U+%04X at index %d cannot cross a call: it is not Unicode"
                .formatted((int) c, i));
      }
      i++;
    }
  }
}
