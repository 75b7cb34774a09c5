package stoa.doctor;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.router.Found;
import stoa.value.Value;

/// Whether a module becomes ready: its code is loaded or its process has shaken hands, and what it
/// needs fits.
final class ModuleStart {
  private ModuleStart() {}

  static Finding examine(Host host, Found found) {
    long begin = System.nanoTime();
    try {
      Value told = host.module("stoa").call("load", found.name());
      return Finding.fine(found.name(), "load", text(told, System.nanoTime() - begin));
    } catch (FailureException e) {
      return Finding.wrong(found.name(), "load", e.failure());
    }
  }

  private static String text(Value told, long nanos) {
    String version = told.at("version").asText();
    int methods = told.at("methods").asList().size();
    return String.format(
        Locale.ROOT,
        "%s, %s, ready in placement `%s` after %.1f s",
        version.isEmpty() ? "no version" : "version " + version,
        methods == 1 ? "1 method" : methods + " methods",
        told.at("placement").asText(),
        TimeUnit.NANOSECONDS.toMillis(nanos) / 1_000.0);
  }
}
