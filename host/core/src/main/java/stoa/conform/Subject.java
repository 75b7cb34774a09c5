package stoa.conform;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import stoa.host.Host;
import stoa.host.LogLine;
import stoa.value.Value;

/// What is examined: the same module twice in one host, so that it can call its like.
///
/// @param door how it is called
/// @param log what the modules of the host wrote so far; grows while the kit runs
public record Subject(Host host, Door door, String module, String other, Collection<LogLine> log) {
  /// Both copies start at a time. If one cannot, those say so who wait for it.
  void start() {
    host.module("stoa").callAsync("describe", other);
  }

  /// The methods that the module says it has.
  ///
  /// @throws stoa.call.FailureException if it cannot be loaded
  Set<String> methods() {
    return described().at("methods").asList().stream()
        .map(method -> method.at("name").asText())
        .collect(Collectors.toSet());
  }

  String language() {
    return described().at("language").asText();
  }

  private Value described() {
    return host.module("stoa").call("describe", module);
  }
}
