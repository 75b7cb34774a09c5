package stoa.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stoa.doctor.Finding.Grade;

/// Whether guest code is compiled, in the languages that modules were loaded in.
final class Compiler {
  private Compiler() {}

  /// @param engines as [stoa.host.Host#engines] describes them
  static List<Finding> examine(Map<String, String> engines) {
    List<Finding> findings = new ArrayList<>();
    new TreeMap<>(engines)
        .forEach((language, engine) ->
            findings.add(
                engine.contains("interpreted")
                    ? new Finding(
                        "host",
                        language,
                        Grade.NOTE,
                        engine + ": 5 to 40 times slower than compiled",
                        "Start Stoa by the script `stoa`, on a JDK 25, without STOA_JIT=off.")
                    : Finding.fine("host", language, engine)));
    return findings;
  }
}
