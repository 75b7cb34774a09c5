package stoa.sandbox;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The environment of a confined process: what programs need to run and to speak the user's
/// language, and nothing that the host was started with besides.
final class Environment {
  /// `STOA_TEST_RUN` is a mark by which tests find what they have left behind.
  private static final Set<String> PASSED_ON = Set.of("PATH", "LANG", "TZ", "STOA_TEST_RUN");

  private Environment() {}

  /// @param home its data folder; else it has its temporary one
  /// @param granted is added to it, and goes before
  static Map<String, String> of(
      Confinement confinement, Optional<Path> home, Map<String, String> granted) {
    Map<String, String> environment = new TreeMap<>();
    System.getenv()
        .forEach((name, value) -> {
          if (PASSED_ON.contains(name) || name.startsWith("LC_")) {
            environment.put(name, value);
          }
        });
    Path temp = confinement.nest().temp();
    environment.put("TMPDIR", temp.toString());
    environment.put("HOME", home.orElse(temp).toString());
    environment.putAll(granted);
    return environment;
  }
}
