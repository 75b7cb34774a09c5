package stoa.polyglot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.module.Engine;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.polyglot.context.CancelLadder;
import stoa.polyglot.context.Cell;
import stoa.polyglot.context.CpuWatch;
import stoa.polyglot.context.Dialect;
import stoa.polyglot.context.GraalVersion;
import stoa.polyglot.context.GuestModule;
import stoa.polyglot.context.Loading;
import stoa.polyglot.context.Reclaimer;
import stoa.polyglot.javascript.JavaScriptDialect;
import stoa.polyglot.python.PythonDialect;

/// Loads modules into contexts. One GraalVM engine for each language, made when the first module of
/// it is loaded.
final class PolyglotEngine implements Engine {
  /// How long [#close] waits for the threads of its modules, all together.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Set<Language> languages;
  private final Cache cache;
  private final CancelLadder ladder = new CancelLadder();
  private final Reclaimer reclaimer = new Reclaimer();
  private final CpuWatch watch = new CpuWatch();
  private final Map<Language, org.graalvm.polyglot.Engine> engines = new EnumMap<>(Language.class);
  private final Set<GuestModule> loaded = ConcurrentHashMap.newKeySet();
  private final Spares spares = new Spares(this::cell);

  /// Languages whose engine has a thread that was given up.
  private final Set<Language> spoiled = ConcurrentHashMap.newKeySet();

  private boolean closed;

  PolyglotEngine(Set<Language> languages, Optional<Path> cache) {
    this.languages = languages;
    this.cache = new Cache(cache);
  }

  @Override
  public synchronized String description() {
    if (languages.isEmpty()) {
      return "GraalVM, no language on the class path";
    }
    org.graalvm.polyglot.Engine engine = engine(languages.iterator().next());
    boolean compiled = !engine.getImplementationName().contains("Interpreted");
    return "GraalVM %s, %s"
        .formatted(GraalVersion.text(engine), compiled ? "compiled" : "interpreted");
  }

  @Override
  public CompletionStage<LoadedModule> load(ModuleSource source, Surroundings surroundings) {
    if (!languages.contains(source.language())) {
      return CompletableFuture.failedFuture(
          missing("Module `" + source.name() + "`", source.language()));
    }
    Language language = source.language();
    Loading loading = new Loading(source, spares.take(language).orElseGet(() -> cell(language)));
    GuestModule module = GuestModule.load(loading, surroundings, ladder, reclaimer);
    loaded.add(module);
    watch.add(module.cpu());
    var _ = module.ended().thenRun(() -> left(module));
    return loading.done();
  }

  @Override
  public CompletionStage<Void> prepare(Language language) {
    return languages.contains(language)
        ? spares.prepare(language)
        : CompletableFuture.failedFuture(missing("a context", language));
  }

  @Override
  public void discard(Language language) {
    spares.discard(language);
  }

  private Cell cell(Language language) {
    return new Cell(language, () -> dialect(language), watch);
  }

  private void left(GuestModule module) {
    if (module.abandoned()) {
      spoiled.add(module.language());
    }
    loaded.remove(module);
    watch.remove(module.cpu());
  }

  private Dialect dialect(Language language) {
    return switch (language) {
      case JAVASCRIPT -> new JavaScriptDialect(engine(language));
      case PYTHON -> new PythonDialect(engine(language), cache.folder());
    };
  }

  /// Slow the first time: so it happens on the thread of the module that needs it.
  private synchronized org.graalvm.polyglot.Engine engine(Language language) {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    return engines.computeIfAbsent(
        language,
        wanted ->
            switch (wanted) {
              case JAVASCRIPT -> cache.unpackingHere(JavaScriptDialect::engine);
              case PYTHON -> cache.unpackingHere(PythonDialect::engine);
            });
  }

  private static FailureException missing(String who, Language language) {
    String jar = language == Language.PYTHON ? "python" : "js";
    return new FailureException(
        Failure.of(
            Failure.Code.LOAD_FAILED,
            "%s needs %s, which is not on the class path.".formatted(who, language.id()),
            "Add org.graalvm.polyglot:%s-community.".formatted(jar)));
  }

  @Override
  public void close() {
    loaded.forEach(module -> module.close(Duration.ZERO));
    spares.close();
    awaitModules();
    ladder.close();
    watch.close();
    reclaimer.close();
    Map<Language, org.graalvm.polyglot.Engine> open;
    synchronized (this) {
      closed = true;
      open = new EnumMap<>(engines);
      engines.clear();
    }
    // To close an engine with a thread that was given up would block for ever, and the exit of the
    // JVM with it.
    loaded.forEach(module -> spoiled.add(module.language()));
    spoiled.addAll(spares.stuck());
    open.keySet().removeAll(spoiled);
    open.values().forEach(engine -> engine.close(true));
    cache.close();
  }

  private void awaitModules() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (GuestModule module : loaded) {
        module.awaitEnd(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
      spares.awaitEnd(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
