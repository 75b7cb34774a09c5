package stoa.repl.view;

import java.util.ArrayList;
import java.util.List;
import stoa.value.Value;

/// How the methods of a module differ from before, as `stoa.reload` answers.
public final class Changes {
  private Changes() {}

  /// `2.0.0 instead of 1.0.0; added add(a, b); but till needs sums ^1`
  public static String text(Value reloaded) {
    if (!reloaded.at("was_loaded").asBoolean()) {
      return "it was not loaded before";
    }
    List<String> parts = new ArrayList<>();
    String before = reloaded.at("before").asText();
    String now = reloaded.at("version").asText();
    if (!before.equals(now) && !before.isEmpty()) {
      parts.add("%s instead of %s".formatted(now.isEmpty() ? "no version" : now, before));
    }
    Value changes = reloaded.at("changes");
    changes.at("added").asList().forEach(method -> parts.add("added " + method.asText()));
    changes.at("removed").asList().forEach(method -> parts.add("removed " + method.asText()));
    for (Value change : changes.at("changed").asList()) {
      parts.add("%s is now %s".formatted(change.at("before").asText(), change.at("now").asText()));
    }
    if (parts.isEmpty()) {
      parts.add("the same methods");
    }
    reloaded.at("misfits").asList().forEach(misfit -> parts.add("but " + misfit.asText()));
    return String.join("; ", parts);
  }
}
