package stoa.repl;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import stoa.call.Invoker;
import stoa.client.Modules;
import stoa.host.LogLine;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.repl.files.FileCalls;
import stoa.repl.grant.Asking;

/// A host that starts in the background when it is told to, and the interpreter that uses it.
final class Session implements AutoCloseable {
  private final CompletableFuture<Modules> host = new CompletableFuture<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private final Supplier<Modules> start;
  private final Consumer<LogLine> said;
  private final Names names;
  private final Interpreter interpreter;
  private final Optional<Asking> asking;

  /// @param start starts the host; runs on another thread
  /// @param asking empty: nobody is asked anything
  Session(
      Screen screen,
      Supplier<Modules> start,
      Consumer<LogLine> said,
      Supplier<List<String>> history,
      Optional<Asking> asking) {
    this.start = start;
    this.said = said;
    this.asking = asking;
    CompletableFuture<Invoker> router = host.thenApply(Modules::invoker);
    names = new Names(router);
    interpreter =
        new Interpreter(
            screen,
            new Interpreter.Ways(router, router.thenApply(this::way), asking),
            names,
            new Consoles(this::attach),
            history);
  }

  /// Begins to start the host, unless that was done.
  void begin() {
    if (begun.compareAndSet(false, true)) {
      Thread.ofPlatform().name("stoa-start").daemon().start(this::start);
    }
  }

  private void start() {
    try {
      host.complete(start.get());
    } catch (RuntimeException | Error e) {
      host.completeExceptionally(e);
    }
  }

  Names names() {
    return names;
  }

  Interpreter interpreter() {
    return interpreter;
  }

  private Invoker way(Invoker modules) {
    return asking.map(questions -> questions.before(modules)).orElse(modules);
  }

  private LoadedModule attach(ModuleSource source) {
    return host.join()
        .attach(
            source,
            modules -> new FileCalls(way(modules), Path.of("").toAbsolutePath()),
            line -> said.accept(LogLine.now(source.name(), "", line)));
  }

  @Override
  public void close() {
    if (!begun.get()) {
      return;
    }
    try {
      host.get().close();
    } catch (ExecutionException | CompletionException e) {
      // It never started, which was said when it was needed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
