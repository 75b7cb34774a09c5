package stoa.polyglot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.module.Engine;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.Value;

/// Loads module texts with a router that knows the modules of this lab, and keeps what they say.
final class Lab implements Surroundings, AutoCloseable {
  private static final Engine ENGINE =
      new PolyglotEngineProvider()
          .create(Optional.of(Path.of("target", "engine-cache").toAbsolutePath()));

  final List<Line> lines = new CopyOnWriteArrayList<>();
  final Map<String, Invoker> modules = new ConcurrentHashMap<>();
  private final List<LoadedModule> loaded = new ArrayList<>();
  private final Path folder;

  Lab(Path folder) {
    this.folder = folder;
  }

  static Engine engine() {
    return ENGINE;
  }

  LoadedModule javascript(String text) {
    return load(source("lab", ".mjs", Language.JAVASCRIPT, ModuleSource.Kind.MODULE, text));
  }

  LoadedModule python(String text) {
    return load(source("lab", ".py", Language.PYTHON, ModuleSource.Kind.MODULE, text));
  }

  LoadedModule modulesLoaded(String name) {
    return (LoadedModule) modules.get(name);
  }

  LoadedModule load(ModuleSource source) {
    LoadedModule module = await(ENGINE.load(source, this).toCompletableFuture());
    loaded.add(module);
    modules.put(source.name(), module);
    return module;
  }

  Failure loadFailure(ModuleSource source) {
    try {
      load(source);
    } catch (FailureException e) {
      return e.failure();
    }
    throw new AssertionError("loaded");
  }

  ModuleSource source(
      String name, String ending, Language language, ModuleSource.Kind kind, String text) {
    Path file = write(name + ending, text);
    return new ModuleSource(name, file, language, Optional.empty(), kind);
  }

  Path write(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Invoker router() {
    return (invocation, caller) -> {
      Invoker target = modules.get(invocation.target().text());
      if (target == null) {
        caller.send(
            new Signal.Failed(
                Failure.of(
                    Failure.Code.NO_SUCH_MODULE,
                    "No module `" + invocation.target().text() + "`.",
                    "Look at stoa ls.")));
        return _ -> {};
      }
      return target.open(invocation, caller);
    };
  }

  @Override
  public String instance() {
    return "lab#1";
  }

  @Override
  public void release(Value.Reference held, long count) {}

  @Override
  public void said(Line line) {
    lines.add(line);
  }

  /// A module made of one answer.
  static Invoker answering(java.util.function.BiFunction<String, Arguments, Value> answer) {
    return (invocation, caller) -> {
      try {
        caller.send(
            new Signal.Returned(
                Payload.of(answer.apply(invocation.method(), invocation.argument().arguments()))));
      } catch (FailureException e) {
        caller.send(new Signal.Failed(e.failure()));
      }
      return _ -> {};
    };
  }

  static Value call(LoadedModule module, String method, Object... arguments) {
    return result(open(module, method, Arguments.of(arguments)));
  }

  static Value call(LoadedModule module, String method, Arguments arguments) {
    return result(open(module, method, arguments));
  }

  static Failure failure(LoadedModule module, String method, Object... arguments) {
    return failureOf(open(module, method, Arguments.of(arguments)));
  }

  static Failure failure(LoadedModule module, String method, Arguments arguments) {
    return failureOf(open(module, method, arguments));
  }

  static Recorder open(LoadedModule module, String method, Arguments arguments) {
    return open(module, method, arguments, Invocation.INITIAL_CREDIT);
  }

  static Recorder open(LoadedModule module, String method, Arguments arguments, int credit) {
    Recorder recorder = new Recorder();
    Invocation.Terms terms = Invocation.Terms.DEFAULT.withCredit(credit);
    Flow callee =
        module.open(
            Invocation.of(module.info().name(), method, Payload.of(arguments)).with(terms),
            recorder);
    recorder.callee = callee;
    return recorder;
  }

  static Value result(Recorder recorder) {
    return switch (recorder.end()) {
      case Signal.Returned(Payload payload) -> payload.value();
      case Signal.Failed(Failure failure) -> throw new FailureException(failure);
      default -> throw new AssertionError();
    };
  }

  static Failure failureOf(Recorder recorder) {
    if (recorder.end() instanceof Signal.Failed(Failure failure)) {
      return failure;
    }
    throw new AssertionError("did not fail: " + recorder.signals);
  }

  private static <T> T await(java.util.concurrent.CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | CompletionException e) {
      if (e.getCause() instanceof FailureException failure) {
        throw failure;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    loaded.forEach(module -> module.close(Duration.ZERO));
  }

  /// Keeps what a callee says.
  static final class Recorder implements Flow {
    final List<Signal> signals = new CopyOnWriteArrayList<>();
    private final java.util.concurrent.CompletableFuture<Signal> end =
        new java.util.concurrent.CompletableFuture<>();
    volatile Flow callee = _ -> {};

    @Override
    public void send(Signal signal) {
      signals.add(signal);
      if (signal.ends()) {
        end.complete(signal);
      }
    }

    Signal end() {
      return await(end);
    }

    boolean ended() {
      return end.isDone();
    }

    List<Object> items() {
      return signals.stream()
          .filter(Signal.Item.class::isInstance)
          .map(s -> ((Signal.Item) s).payload().value().plain())
          .toList();
    }
  }
}
