package stoa.call;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// "Did you mean": the known name nearest to a wrong one.
public final class Suggestion {
  private Suggestion() {}

  /// A whole sentence, or empty if no name is near.
  public static Optional<String> of(String wrong, Collection<String> known) {
    return closest(wrong, known).map(name -> "Did you mean `" + name + "`?");
  }

  public static Optional<String> closest(String wrong, Collection<String> known) {
    int limit = Math.max(1, wrong.length() / 3);
    return known.stream()
        .filter(name -> isNear(wrong, name, limit) || isPrefix(wrong, name))
        .min(Comparator.comparingInt((String name) -> distance(wrong, name)).thenComparing(n -> n));
  }

  /// Words without a common letter are not near, however short they are.
  private static boolean isNear(String wrong, String name, int limit) {
    int distance = distance(wrong, name);
    return distance <= limit && distance < Math.max(wrong.length(), name.length());
  }

  private static boolean isPrefix(String wrong, String name) {
    return wrong.length() >= 3 && name.startsWith(wrong);
  }

  /// Edits to get from one word to the other, two exchanged neighbours counting as one (Damerau
  /// 1964, optimal string alignment).
  static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 20) {
      return Integer.MAX_VALUE;
    }
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 ? j : j == 0 ? i : step(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(int[][] cost, String a, String b, int i, int j) {
    int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int best = Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
