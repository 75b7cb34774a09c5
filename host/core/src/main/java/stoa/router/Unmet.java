package stoa.router;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;

/// Why a module cannot have what it needs, in words and with the chain that leads there.
///
/// @param chain from the module to what is wrong: `a`, `b ^1.2`, `c`
/// @param why what is wrong with the last one
/// @param help the next step
/// @param facts for programs
record Unmet(List<String> chain, String why, String help, Map<String, String> facts) {
  private static final String LINK = " needs ";

  /// `a needs b ^1.2 needs c`
  private static final String CHAIN = "chain";

  /// What is wrong at its end.
  private static final String WHY = "why";

  private static final Pattern END = Pattern.compile("[.\\s]+$");

  static Unmet circle(String name, List<Need> circle) {
    List<String> chain = new ArrayList<>(List.of(name));
    circle.stream().map(Need::text).forEach(chain::add);
    return new Unmet(
        chain,
        "that is a circle",
        "Let one of them look for the other when it is called, and not need it.",
        Map.of("reason", "circle"));
  }

  static Unmet noRange(String name, Need need) {
    return new Unmet(
        List.of(name, need.text()),
        "`" + need.range() + "` is no range of versions",
        "Write it as npm does: `^1.2`, `~1.2`, `>=1.2 <2`, `1.x || 2.x`, `*`.",
        Map.of("reason", "range", "module", need.module()));
  }

  static Unmet otherVersion(String name, Need need, String version) {
    String is = version.isEmpty() ? "does not say its version" : "is version " + version;
    return new Unmet(
        List.of(name, need.text()),
        "`" + need.module() + "` " + is,
        "Put a version of `%s` there that fits, or change what `%s` needs."
            .formatted(need.module(), name),
        Map.of("reason", "version", "module", need.module(), "version", version));
  }

  /// @param failure why what is needed cannot be loaded; that may be what it needs itself
  static Failed because(String name, Need need, Failure failure) {
    List<String> chain = new ArrayList<>(List.of(name, need.text()));
    Map<String, String> facts = new HashMap<>(failure.details());
    String further = facts.remove(CHAIN);
    String why = facts.remove(WHY);
    if (further == null || why == null) {
      boolean missing = failure.code() == Code.NO_SUCH_MODULE;
      facts.putIfAbsent("reason", missing ? "missing" : "failed");
      facts.putIfAbsent("module", need.module());
      why = END.matcher(failure.message()).replaceFirst("");
    } else {
      List<String> links = List.of(further.split(LINK));
      chain.addAll(links.subList(1, links.size()));
    }
    return new Failed(new Unmet(closed(chain), why, failure.help(), facts), failure);
  }

  /// A circle is told once.
  private static List<String> closed(List<String> chain) {
    Set<String> seen = new HashSet<>();
    List<String> once = new ArrayList<>();
    for (String link : chain) {
      once.add(link);
      if (!seen.add(link.split(" ", 2)[0])) {
        break;
      }
    }
    return once;
  }

  FailureException exception() {
    return new FailureException(Failure.of(Code.LOAD_FAILED, description()));
  }

  private Failure.Description description() {
    String text = String.join(LINK, chain);
    Map<String, String> details = new HashMap<>(facts);
    details.put(CHAIN, text);
    details.put(WHY, why);
    String message = "`%s` cannot be loaded: %s, and %s.".formatted(chain.getFirst(), text, why);
    return Failure.Description.of(message, help).with(details);
  }

  /// One that comes from the failure of another module: it may pass as that does.
  record Failed(Unmet unmet, Failure failure) {
    FailureException exception() {
      Failure.Description description = unmet.description();
      Code code = failure.code() == Code.NO_SUCH_MODULE ? Code.LOAD_FAILED : failure.code();
      return new FailureException(
          Failure.of(code, failure.retryable() ? description.asRetryable() : description));
    }
  }
}
