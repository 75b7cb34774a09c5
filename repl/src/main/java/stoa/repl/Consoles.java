package stoa.repl;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import stoa.client.ModuleClient;
import stoa.module.Console;
import stoa.module.Language;
import stoa.module.LoadedModule;
import stoa.module.ModuleSource;
import stoa.value.Value;

/// The consoles of the `js` and `py` modes, each started when it is first wanted, and again after
/// it was lost. Used by the shell's thread only.
final class Consoles {
  private final Function<ModuleSource, LoadedModule> attach;
  private final Map<Mode, LoadedModule> started = new EnumMap<>(Mode.class);

  /// @param attach starts one
  Consoles(Function<ModuleSource, LoadedModule> attach) {
    this.attach = attach;
  }

  /// Whether using it will take the time of a start.
  boolean isReady(Mode mode) {
    LoadedModule known = started.get(mode);
    return known != null && known.serves();
  }

  /// Evaluates an input.
  ///
  /// @return a map as [Console#EVAL] says
  /// @throws stoa.call.FailureException also if the console cannot be started
  Value evaluate(Mode mode, String text) {
    return client(mode).call(Console.EVAL, text);
  }

  /// Whether the input is the beginning of a longer one. A console that does not say so in time is
  /// believed to be content.
  boolean isIncomplete(Mode mode, String text, Duration patience) {
    return isReady(mode)
        && soon(mode, Console.INCOMPLETE, text, patience)
            .map(answer -> answer instanceof Value.Bool(boolean yes) && yes)
            .orElse(false);
  }

  /// Names that may stand at the end of the text, without waiting for the console's start.
  Value complete(Mode mode, String text, Duration patience) {
    Optional<Value> names =
        isReady(mode) ? soon(mode, Console.COMPLETE, text, patience) : Optional.empty();
    return names.filter(n -> n instanceof Value.Sequence).orElseGet(Value::list);
  }

  private Optional<Value> soon(Mode mode, String method, String text, Duration patience) {
    CompletableFuture<Value> answer = client(mode).callAsync(method, text);
    try {
      return Optional.of(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // No answer is an answer too: the person goes on typing.
    }
    answer.cancel(true);
    return Optional.empty();
  }

  /// Starts one if it does not run.
  ///
  /// @throws stoa.call.FailureException if it cannot be started
  LoadedModule start(Mode mode) {
    LoadedModule known = started.get(mode);
    if (known != null && isReady(mode)) {
      return known;
    }
    LoadedModule fresh = attach.apply(source(mode));
    started.put(mode, fresh);
    return fresh;
  }

  private ModuleClient client(Mode mode) {
    return new ModuleClient(start(mode), mode.word());
  }

  private static ModuleSource source(Mode mode) {
    Language language = mode.language().orElseThrow();
    return new ModuleSource(
        mode.word(),
        Path.of(mode.word()).toAbsolutePath(),
        language,
        Optional.empty(),
        ModuleSource.Kind.CONSOLE);
  }
}
