package stoa.router;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stoa.call.Failure;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;

/// What a failed reload says besides its reason: what goes on serving, and how the new version
/// would have differed. Code that does not run tells no methods; then nothing is said of them.
final class Rollback {
  private static final String RUNNING = "running";
  private static final String DIFFERENCE = "difference";

  private Rollback() {}

  /// The new version told its methods, and may not serve all the same.
  static Failure compared(Failure why, ModuleInfo running, ModuleInfo refused) {
    String difference = new Reloaded(Optional.of(running), refused, List.of()).text();
    String text = difference.isEmpty() ? "the same methods" : difference;
    return extended(why, "The new version: " + text + ".", DIFFERENCE, text);
  }

  /// @param copies the names of the instances that go on
  static Failure stays(Failure why, List<String> copies, ModuleInfo running) {
    String names = String.join(", ", copies);
    String methods =
        running.methods().stream().map(MethodInfo::name).collect(Collectors.joining(", "));
    String with = methods.isEmpty() ? "" : " with " + methods;
    return extended(why, "Still running: " + names + with + ".", RUNNING, names);
  }

  private static Failure extended(Failure why, String sentence, String fact, String value) {
    Map<String, String> details = new HashMap<>(why.details());
    details.put(fact, value);
    String end = why.message().endsWith(".") ? " " : ". ";
    Failure.Description more =
        Failure.Description.of(why.message() + end + sentence, why.help()).with(details);
    return Failure.of(why.code(), why.retryable() ? more.asRetryable() : more);
  }
}
