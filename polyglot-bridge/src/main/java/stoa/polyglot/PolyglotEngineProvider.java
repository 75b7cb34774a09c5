package stoa.polyglot;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stoa.module.Engine;
import stoa.module.EngineProvider;
import stoa.module.Language;

/// Offers JavaScript and Python, as far as their libraries are on the class path. Looks for files,
/// so that an absent language is never linked.
public final class PolyglotEngineProvider implements EngineProvider {
  private static final Map<Language, String> MARKS =
      Map.of(
          Language.JAVASCRIPT, "com/oracle/truffle/js/lang/JavaScriptLanguage.class",
          Language.PYTHON, "com/oracle/graal/python/PythonLanguage.class");

  @Override
  public Set<Language> languages() {
    Set<Language> found = EnumSet.noneOf(Language.class);
    ClassLoader loader = PolyglotEngineProvider.class.getClassLoader();
    MARKS.forEach((language, mark) -> {
      if (loader.getResource(mark) != null) {
        found.add(language);
      }
    });
    return found;
  }

  @Override
  public Engine create(Optional<Path> cache) {
    return new PolyglotEngine(languages(), cache);
  }
}
