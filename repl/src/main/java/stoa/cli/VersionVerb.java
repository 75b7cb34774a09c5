package stoa.cli;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.module.EngineProvider;
import stoa.module.Language;
import stoa.value.Value;

/// `stoa version`: what this is and what it runs on. Starts nothing.
record VersionVerb(CommandLine line, Situation situation) {
  private static final Pattern POLYGLOT = Pattern.compile("polyglot-(\\d[\\w.]*)\\.jar");

  int run() {
    line.atMost(0);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("stoa", Build.version());
    facts.put("java", Runtime.version().toString());
    facts.put("graalvm", graalvm());
    facts.put("languages", languages());
    Value value = Value.of(facts);
    String text =
        "Stoa %s\nJava %s\nGraalVM %s with %s"
            .formatted(
                facts.get("stoa"),
                facts.get("java"),
                facts.get("graalvm"),
                languages().isEmpty() ? "no languages" : String.join(", ", languages()));
    Report.of(line, situation).print(value, () -> text);
    return ExitCode.DONE;
  }

  private static String graalvm() {
    String[] jars = System.getProperty("java.class.path", "").split(File.pathSeparator);
    for (String jar : jars) {
      Matcher name = POLYGLOT.matcher(jar.substring(jar.lastIndexOf(File.separatorChar) + 1));
      if (name.matches()) {
        return name.group(1);
      }
    }
    return "(absent)";
  }

  private static List<String> languages() {
    TreeSet<String> ids = new TreeSet<>();
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      provider.languages().stream().map(Language::id).forEach(ids::add);
    }
    return List.copyOf(ids);
  }
}
