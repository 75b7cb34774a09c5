package stoa.outside;

import stoa.value.Json;
import stoa.value.Value;

/// Values in errors.
final class Shown {
  private static final int LONGEST = 100;

  private Shown() {}

  static String of(Value value) {
    return shortened(Json.write(value));
  }

  static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
