package stoa.router;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which versions of a module will do, as npm writes it and Cargo understands it: `^1.2`, `~1.2`,
/// `>=1.2 <2`, `1.x || 2.x`, `*`. A version alone means that version, as npm has it. Written here,
/// because the library for it in Java, semver4j 6.0.0, takes 1.0.0 for `^0`.
///
/// @param choices one of them has to fit, with all its limits
record VersionRange(String text, List<List<Limit>> choices) {
  private static final String NUMBER = "(0|[1-9]\\d{0,8}|[xX*])";

  private static final String WORDS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";

  private static final String PARTIAL =
      "v?%1$s(?:\\.%1$s)?(?:\\.%1$s)?(-%2$s)?(?:\\+%2$s)?".formatted(NUMBER, WORDS);

  private static final Pattern ONE = Pattern.compile("(\\^|~|>=|<=|>|<|=)?\\s*" + PARTIAL);

  private static final Pattern FROM_TO = Pattern.compile("(\\S+)\\s+-\\s+(\\S+)");

  private static final Pattern GAP = Pattern.compile("(?<![~^<>=,\\s])\\s*(?:,\\s*|\\s)");

  /// One side of a range.
  record Limit(Side side, Version version) {
    boolean admits(Version candidate) {
      int order = candidate.compareTo(version);
      return switch (side) {
        case FROM -> order >= 0;
        case ABOVE -> order > 0;
        case BELOW -> order < 0;
        case TO -> order <= 0;
      };
    }
  }

  enum Side {
    FROM,
    ABOVE,
    BELOW,
    TO
  }

  /// @return empty if it is none
  static Optional<VersionRange> of(String text) {
    List<List<Limit>> choices = new ArrayList<>();
    try {
      for (String choice : (text.isBlank() ? "*" : text).split("\\|\\|", -1)) {
        choices.add(limits(choice.strip()));
      }
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(new VersionRange(text, List.copyOf(choices)));
  }

  private static List<Limit> limits(String choice) {
    Matcher both = FROM_TO.matcher(choice);
    List<Limit> limits = new ArrayList<>();
    if (both.matches()) {
      limits.addAll(limits(">=", Partial.of(both.group(1))));
      limits.addAll(limits("<=", Partial.of(both.group(2))));
      return limits;
    }
    for (String one : GAP.split(choice, -1)) {
      Matcher comparison = ONE.matcher(one);
      if (!comparison.matches()) {
        throw new IllegalArgumentException(one);
      }
      String operator = comparison.group(1) == null ? "" : comparison.group(1);
      limits.addAll(limits(operator, Partial.of(one.substring(operator.length()).strip())));
    }
    return limits;
  }

  private static List<Limit> limits(String operator, Partial partial) {
    Version from = partial.first();
    if (partial.given() == 0) {
      // `<*` and `>*` are no versions at all.
      boolean none = operator.equals("<") || operator.equals(">");
      return none
          ? List.of(new Limit(Side.BELOW, Version.release(0, 0, 0)))
          : List.of(new Limit(Side.FROM, Version.release(0, 0, 0)));
    }
    boolean whole = partial.given() == 3;
    return switch (operator) {
      case "^" -> between(from, partial.caret());
      case "~" -> between(from, partial.tilde());
      case ">=" -> List.of(new Limit(Side.FROM, from));
      case "<" -> List.of(new Limit(Side.BELOW, from));
      case ">" ->
          List.of(whole ? new Limit(Side.ABOVE, from) : new Limit(Side.FROM, partial.tilde()));
      case "<=" ->
          List.of(whole ? new Limit(Side.TO, from) : new Limit(Side.BELOW, partial.tilde()));
      default ->
          whole
              ? List.of(new Limit(Side.FROM, from), new Limit(Side.TO, from))
              : between(from, partial.tilde());
    };
  }

  private static List<Limit> between(Version from, Version below) {
    return List.of(new Limit(Side.FROM, from), new Limit(Side.BELOW, below));
  }

  /// A version of which the end may be left open.
  ///
  /// @param given how many of its numbers are said
  private record Partial(Version first, int given) {
    static Partial of(String text) {
      Matcher form = Pattern.compile(PARTIAL).matcher(text);
      if (!form.matches()) {
        throw new IllegalArgumentException(text);
      }
      long[] numbers = new long[3];
      int given = 0;
      while (given < 3 && isNumber(form.group(given + 1))) {
        numbers[given] = Long.parseLong(form.group(given + 1));
        given++;
      }
      String before = form.group(4);
      List<String> words =
          before == null || given < 3 ? List.of() : List.of(before.substring(1).split("\\."));
      return new Partial(new Version(numbers[0], numbers[1], numbers[2], words), given);
    }

    private static boolean isNumber(String part) {
      return part != null && Character.isDigit(part.charAt(0));
    }

    /// The first version that is not compatible: the leftmost number that is not 0 counts.
    Version caret() {
      if (first.major() > 0 || given == 1) {
        return Version.release(first.major() + 1, 0, 0);
      }
      return first.minor() > 0 || given == 2
          ? Version.release(0, first.minor() + 1, 0)
          : Version.release(0, 0, first.patch() + 1);
    }

    /// The first version behind all that it stands for, if its last number may be any.
    Version tilde() {
      return given == 1
          ? Version.release(first.major() + 1, 0, 0)
          : Version.release(first.major(), first.minor() + 1, 0);
    }
  }

  /// @param version what is no version is in no range but `*`
  boolean includes(String version) {
    return text.isBlank()
        || text.strip().equals("*")
        || Version.of(version).filter(this::includes).isPresent();
  }

  private boolean includes(Version version) {
    return choices.stream().anyMatch(limits -> fits(limits, version));
  }

  /// A pre-release is meant only where one of the same version is named.
  private static boolean fits(List<Limit> limits, Version version) {
    return limits.stream().allMatch(limit -> limit.admits(version))
        && (version.isRelease()
            || limits.stream()
                .map(Limit::version)
                .anyMatch(named -> !named.isRelease() && named.sameNumbers(version)));
  }
}
