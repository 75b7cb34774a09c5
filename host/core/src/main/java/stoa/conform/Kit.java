package stoa.conform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stoa.call.FailureException;

/// Runs all cases against one module, through the public contract alone.
public final class Kit {
  private Kit() {}

  /// @return in the order of the cases
  /// @throws FailureException if the module cannot be loaded
  public static Map<Case, Outcome> run(Subject subject) throws InterruptedException {
    subject.start();
    Set<String> has = subject.methods();
    String language = subject.language();
    warmUp(subject, has);
    Map<Case, Outcome> outcomes = new LinkedHashMap<>();
    for (Case row : Case.all()) {
      Optional<String> missing = row.methods().filter(method -> !has.contains(method)).findFirst();
      outcomes.put(
          row,
          missing.isPresent()
              ? new Outcome.Skipped("no method `" + missing.get() + "`")
              : new Run(subject, language).of(row));
    }
    return outcomes;
  }

  /// Timing classes are about calls, not about the first of them.
  private static void warmUp(Subject subject, Set<String> has) {
    for (String module : List.of(subject.module(), subject.other())) {
      if (has.contains("add")) {
        subject.host().module(module).call("add", 1, 2);
      }
      if (has.contains("count")) {
        subject.host().module(module).stream("count", 3).forEach(_ -> {});
      }
    }
  }
}
