package stoa.grant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How far others are protected from a module, in one respect.
///
/// @param how by what, and what is left, in a few words
public record Protection(Aspect aspect, Degree degree, String how) {

  /// What a module could use up, reach or disturb.
  public enum Aspect {
    CPU,
    HEAP,
    TIME,
    THREADS,
    FILES,
    NETWORK,
    ENVIRONMENT,
    PROCESSES,
    OTHER_MODULES;

    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /// How sure it is.
  public enum Degree {
    /// A test tries to get round it, in vain.
    ENFORCED,
    /// Usually; what is left is said.
    BEST_EFFORT,
    /// Nothing but the module's good will.
    NOT_ENFORCED;

    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  public static Protection enforced(Aspect aspect, String how) {
    return new Protection(aspect, Degree.ENFORCED, how);
  }

  public static Protection bestEffort(Aspect aspect, String how) {
    return new Protection(aspect, Degree.BEST_EFFORT, how);
  }

  public static Protection notEnforced(Aspect aspect, String how) {
    return new Protection(aspect, Degree.NOT_ENFORCED, how);
  }

  /// As `stoa.describe` shows it.
  public Map<String, Object> row() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", aspect.text());
    row.put("level", degree.text());
    row.put("how", how);
    return row;
  }

  /// What protects others from a module in a context. Nothing here depends on the system.
  public static List<Protection> ofContext() {
    return List.of(
        bestEffort(
            Aspect.CPU,
            "a call that uses more than its limit is stopped; a built-in function that never ends is given up, and keeps a core"),
        notEnforced(
            Aspect.HEAP,
            "the host's memory is shared: one huge value is refused, growing in small steps is not; placement `worker` has a heap of its own"),
        bestEffort(
            Aspect.TIME,
            "calls end at their deadline; code that cannot be stopped is left behind, and the second time the module moves to a worker"),
        enforced(Aspect.THREADS, "it has one thread and can make none"),
        enforced(
            Aspect.FILES,
            "its own files, its data folder and what was granted, by the host's own file system"),
        enforced(Aspect.NETWORK, "none of its own; the host reaches what was granted"),
        enforced(Aspect.ENVIRONMENT, "only variables that were granted"),
        enforced(Aspect.PROCESSES, "it can start none; the host runs what was granted"),
        enforced(
            Aspect.OTHER_MODULES,
            "a context of its own; it calls whom it may, and objects that were handed to it"));
  }
}
