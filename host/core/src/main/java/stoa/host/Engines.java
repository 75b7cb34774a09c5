package stoa.host;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.module.Engine;
import stoa.module.EngineProvider;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.router.Found;
import stoa.router.Launcher;

/// The engines on the class path, each created when a module first needs it.
final class Engines implements Launcher, AutoCloseable {
  private final Optional<Path> cache;
  private final Map<Language, Engine> byLanguage = new EnumMap<>(Language.class); // guarded by this
  private final Map<EngineProvider, Engine> created = new HashMap<>(); // guarded by this
  private boolean closed; // guarded by this

  Engines(Optional<Path> cache) {
    this.cache = cache;
  }

  @Override
  public CompletableFuture<LoadedModule> launch(Found found, Surroundings surroundings) {
    try {
      return load(found.source(), surroundings);
    } catch (FailureException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<LoadedModule> load(ModuleSource source, Surroundings surroundings) {
    return of(source.language()).load(source, surroundings).toCompletableFuture();
  }

  LoadedModule attach(ModuleSource source, Surroundings surroundings) {
    CompletableFuture<LoadedModule> loading = load(source, surroundings);
    try {
      return loading.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FailureException known
          ? known
          : new IllegalStateException("loading " + source.name() + " failed", e.getCause());
    } catch (InterruptedException e) {
      loading.cancel(true);
      Thread.currentThread().interrupt();
      throw new FailureException(
          Failure.of(Code.CANCELLED, "loading `" + source.name() + "` was cancelled.", ""), e);
    }
  }

  /// @throws FailureException LOAD_FAILED if there is none for the language, UNAVAILABLE if the
  ///   host closes
  synchronized Engine of(Language language) {
    if (closed) {
      throw new FailureException(
          Failure.of(Code.UNAVAILABLE, "the host is closing.", "Start it again."));
    }
    return byLanguage.computeIfAbsent(language, this::find);
  }

  private Engine find(Language language) {
    ClassLoader loader = Engines.class.getClassLoader();
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class, loader)) {
      if (provider.languages().contains(language)) {
        return created.computeIfAbsent(provider, p -> p.create(cache));
      }
    }
    throw new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            "this host has no engine for " + language.id() + ".",
            "Put `stoa-polyglot-bridge` and GraalVM's jars for "
                + language.id()
                + " on the class path, or run the module in placement `native`."));
  }

  synchronized Map<String, String> descriptions() {
    Map<String, String> descriptions = new HashMap<>();
    byLanguage.forEach((language, engine) -> descriptions.put(language.id(), engine.description()));
    return descriptions;
  }

  @Override
  public void close() {
    Map<EngineProvider, Engine> closing;
    synchronized (this) {
      closed = true;
      closing = Map.copyOf(created);
    }
    closing.values().forEach(Engine::close);
  }
}
