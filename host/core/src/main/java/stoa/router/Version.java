package stoa.router;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A semantic version, without its build metadata, which orders nothing.
///
/// @param before what a pre-release says behind its `-`: empty for a release
record Version(long major, long minor, long patch, List<String> before)
    implements Comparable<Version> {
  private static final String NUMBER = "(0|[1-9]\\d{0,17})";

  private static final String WORDS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";

  private static final Pattern FORM =
      Pattern.compile(
          "v?%1$s(?:\\.%1$s(?:\\.%1$s(?:-(%2$s))?(?:\\+%2$s)?)?)?".formatted(NUMBER, WORDS));

  private static final Pattern DIGITS = Pattern.compile("\\d+");

  private static final Comparator<Version> BY_NUMBERS =
      Comparator.comparingLong(Version::major)
          .thenComparingLong(Version::minor)
          .thenComparingLong(Version::patch);

  static Version release(long major, long minor, long patch) {
    return new Version(major, minor, patch, List.of());
  }

  /// @param text `1.2` is `1.2.0`
  /// @return empty if it is none
  static Optional<Version> of(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      return Optional.empty();
    }
    String before = form.group(4);
    return Optional.of(
        new Version(
            number(form.group(1)),
            number(form.group(2)),
            number(form.group(3)),
            before == null ? List.of() : List.of(before.split("\\."))));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  boolean isRelease() {
    return before.isEmpty();
  }

  /// Whether it is the same version, as a pre-release or not.
  boolean sameNumbers(Version other) {
    return BY_NUMBERS.compare(this, other) == 0;
  }

  /// As semver.org has it in section 11.
  @Override
  public int compareTo(Version other) {
    int numbers = BY_NUMBERS.compare(this, other);
    if (numbers != 0) {
      return numbers;
    }
    if (isRelease() || other.isRelease()) {
      return Boolean.compare(isRelease(), other.isRelease());
    }
    for (int i = 0; i < Math.min(before.size(), other.before.size()); i++) {
      int words = compare(before.get(i), other.before.get(i));
      if (words != 0) {
        return words;
      }
    }
    return Integer.compare(before.size(), other.before.size());
  }

  /// Numbers come before words, and are compared as such however long they are.
  private static int compare(String a, String b) {
    boolean number = DIGITS.matcher(a).matches();
    if (number != DIGITS.matcher(b).matches()) {
      return number ? -1 : 1;
    }
    return number && a.length() != b.length()
        ? Integer.compare(a.length(), b.length())
        : a.compareTo(b);
  }
}
