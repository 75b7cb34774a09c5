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
import stoa.module.Access;
import stoa.module.Engine;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.Value;

/// Loads module texts with a router that knows the modules of this lab, and keeps what they say.
final class Lab implements AutoCloseable {
  private static final Engine ENGINE =
      new PolyglotEngineProvider()
          .create(Optional.of(Path.of("target", "engine-cache").toAbsolutePath()));

  final List<Surroundings.Line> lines = new CopyOnWriteArrayList<>();
  final List<Access.Use> uses = new CopyOnWriteArrayList<>();
  final Exchange exchange = new Exchange();

  /// What is granted to all modules of this lab.
  volatile Access access = Access.NONE;

  final Map<String, Invoker> modules = exchange.modules;
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

  LoadedModule javascript(String name, String text) {
    return load(source(name, ".mjs", Language.JAVASCRIPT, ModuleSource.Kind.MODULE, text));
  }

  LoadedModule python(String name, String text) {
    return load(source(name, ".py", Language.PYTHON, ModuleSource.Kind.MODULE, text));
  }

  LoadedModule load(ModuleSource source) {
    String instance = source.name() + "#1";
    LoadedModule module =
        await(ENGINE.load(source, new Place(source.name(), instance)).toCompletableFuture());
    loaded.add(module);
    exchange.serves(source.name(), instance);
    exchange.owners.put(instance, module::release);
    modules.put(instance, module);
    modules.put(source.name(), module);
    return module;
  }

  /// Surroundings of a module that is loaded without the lab.
  Surroundings surroundings(String name) {
    return new Place(name, name + "#1");
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

  /// What one instance is given.
  private final class Place implements Surroundings {
    private final String module;
    private final String instance;

    Place(String module, String instance) {
      this.module = module;
      this.instance = instance;
    }

    @Override
    public Invoker router() {
      return exchange.as(module, instance);
    }

    @Override
    public String instance() {
      return instance;
    }

    @Override
    public void release(Value.Reference held, long count) {
      exchange.release(instance, held, count);
    }

    @Override
    public Access access() {
      return access;
    }

    @Override
    public void noted(Access.Use use) {
      uses.add(use);
    }

    @Override
    public void said(Line line) {
      lines.add(new Line(line.stream(), line.text())); // comparable
    }
  }

  /// A call by a user, through the exchange.
  Recorder ask(String module, String method, Object... arguments) {
    return ask("user", Invocation.of(module, method, Payload.of(Arguments.of(arguments))));
  }

  Recorder ask(String identity, Invocation invocation) {
    Recorder recorder = new Recorder();
    recorder.callee = exchange.as(identity, identity).open(invocation, recorder);
    return recorder;
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

  static Recorder open(LoadedModule module, Invocation invocation) {
    Recorder recorder = new Recorder();
    recorder.callee = module.open(invocation, recorder);
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
