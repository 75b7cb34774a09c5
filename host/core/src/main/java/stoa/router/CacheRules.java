package stoa.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Suggestion;
import stoa.call.TimeSpan;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;

/// Which methods of a module are pure enough that an earlier result will do, and for how long.
///
/// @param times by method
/// @param bytes how much is kept
record CacheRules(Map<String, Duration> times, long bytes) {
  /// What a module says of its methods, with the words of its manifest, which go before its own.
  ///
  /// @throws FailureException LOAD_FAILED if the manifest names a method that is not there
  static ModuleInfo merged(ModuleInfo said, Manifest.Cache manifest) {
    List<String> names = said.methods().stream().map(MethodInfo::name).toList();
    for (String method : manifest.times().keySet()) {
      if (!names.contains(method)) {
        throw wrong(
            said,
            "`[cache]` in its module.toml names `" + method + "`, which is no method of it.",
            Suggestion.of(method, names).orElse("It has " + String.join(", ", names) + "."));
      }
    }
    List<MethodInfo> methods = new ArrayList<>();
    for (MethodInfo method : said.methods()) {
      methods.add(method.cached(manifest.times().getOrDefault(method.name(), method.cached())));
    }
    return said.with(methods);
  }

  /// @throws FailureException LOAD_FAILED if a time is none, or a stream is to be cached
  static CacheRules of(ModuleInfo module, int megabytes) {
    Map<String, Duration> times = new HashMap<>();
    for (MethodInfo method : module.methods()) {
      if (!method.cached().isEmpty()) {
        times.put(method.name(), time(module, method));
      }
    }
    return new CacheRules(Map.copyOf(times), (long) megabytes << 20);
  }

  private static Duration time(ModuleInfo module, MethodInfo method) {
    if (method.streams()) {
      throw wrong(
          module,
          "`" + method.name() + "` answers with a stream, which cannot be cached.",
          "Let it return a list, or do not declare it cached.");
    }
    return TimeSpan.read(method.cached())
        .filter(Duration::isPositive)
        .orElseThrow(() ->
            wrong(
                module,
                "`%s` is to be cached for `%s`, which is no time."
                    .formatted(method.name(), method.cached()),
                "Write a number and a unit: \"500ms\", \"10s\", \"5m\", \"1h\"."));
  }

  private static FailureException wrong(ModuleInfo module, String what, String help) {
    return new FailureException(
        Failure.of(
            Code.LOAD_FAILED, "Module `" + module.name() + "` could not be loaded: " + what, help));
  }
}
