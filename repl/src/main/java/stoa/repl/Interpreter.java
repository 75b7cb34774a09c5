package stoa.repl;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.repl.grant.Asking;
import stoa.repl.line.CallLine;
import stoa.repl.line.LineSyntaxException;
import stoa.value.Json;
import stoa.value.Value;

/// Runs the lines of a session, one after the other, on the thread that gives them. Every outcome
/// is on the screen; a failing line disturbs no other.
final class Interpreter {
  private final Screen screen;
  private final Ways ways;
  private final Running running = new Running();
  private final Calls calls;
  private final Consoles consoles;
  private final Commands commands;

  private Mode mode = Mode.CALLS;
  private Optional<Code> failed = Optional.empty();

  /// How the host is reached, which may not be there yet: the first line that needs it waits.
  ///
  /// @param calls for calls of modules: on it a person may be asked something
  /// @param asking who asks; empty: nobody
  record Ways(
      CompletableFuture<Invoker> host, CompletableFuture<Invoker> calls, Optional<Asking> asking) {}

  /// @param history what was typed before, oldest first
  Interpreter(
      Screen screen, Ways ways, Names names, Consoles consoles, Supplier<List<String>> history) {
    this.screen = screen;
    this.ways = ways;
    this.consoles = consoles;
    this.calls = new Calls(screen);
    this.commands =
        new Commands(
            screen,
            names,
            new GrantCommands(screen, () -> reached(ways.host()), ways.asking()),
            history);
  }

  Mode mode() {
    return mode;
  }

  Consoles consoles() {
    return consoles;
  }

  /// Lets Ctrl-C end what runs. Any thread.
  boolean cancel() {
    return running.cancel();
  }

  /// How the last line that failed did so.
  Optional<Code> failed() {
    return failed;
  }

  /// The end of a language mode, or of the session.
  ///
  /// @return whether the session goes on
  boolean leave() {
    boolean inside = mode != Mode.CALLS;
    mode = Mode.CALLS;
    return inside;
  }

  /// Whether more lines have to come before this input makes sense.
  boolean isIncomplete(String text) {
    return mode == Mode.CALLS
        ? Completeness.isIncomplete(text)
        : consoles.isIncomplete(mode, text, Duration.ofMillis(500));
  }

  /// @param input a line, or several that were pasted
  /// @return whether the session goes on
  boolean run(String input) {
    if (mode != Mode.CALLS) {
      return runCode(input);
    }
    List<String> parts = Completeness.parts(input);
    for (int i = 0; i < parts.size(); i++) {
      if (mode != Mode.CALLS) {
        return runCode(String.join("\n", parts.subList(i, parts.size())));
      }
      if (!runPart(parts.get(i).strip())) {
        return false;
      }
    }
    return true;
  }

  private boolean runCode(String code) {
    String text = code.strip();
    if (text.equals(".exit")) {
      return leave();
    }
    if (!text.isEmpty()) {
      guarded(() -> evaluate(mode, code));
    }
    return true;
  }

  private boolean runPart(String text) {
    if (text.isEmpty()) {
      return true;
    }
    String[] parts = text.split("\\s+", 2);
    String rest = parts.length > 1 ? parts[1] : "";
    Optional<Command> command = Command.named(parts[0]);
    if (command.isPresent() && command.get() == Command.EXIT) {
      return false;
    }
    guarded(() -> {
      if (command.isPresent()) {
        run(command.get(), rest);
      } else if (parts[0].contains(".")) {
        calls.make(CallLine.read(text), invoker());
      } else {
        commands.neitherCommandNorCall(parts[0]);
      }
    });
    return true;
  }

  private void run(Command command, String rest) throws LineSyntaxException {
    if (!rest.isEmpty() && command.isAlone()) {
      throw new IllegalArgumentException(
          "nothing may follow `%s`, and there is `%s`".formatted(command.word(), rest));
    }
    switch (command) {
      case TIME -> time(rest);
      case LAST -> screen.result(screen.values().full(calls.last()));
      case JS -> language(Mode.JS, rest);
      case PY -> language(Mode.PY, rest);
      default -> commands.run(command, rest);
    }
  }

  private void time(String text) throws LineSyntaxException {
    CallLine call = CallLine.read(Commands.needed(Command.TIME, text));
    Invoker way = invoker();
    long start = System.nanoTime();
    try {
      calls.make(call, way);
    } finally {
      double millis = (System.nanoTime() - start) / 1e6;
      screen.remark(screen.paint().faint("took %,.1f ms".formatted(millis)));
    }
  }

  private void language(Mode wanted, String code) {
    if (code.isEmpty()) {
      start(wanted);
      mode = wanted;
      commands.welcome(wanted);
    } else {
      evaluate(wanted, code);
    }
  }

  private void start(Mode wanted) {
    if (consoles.isReady(wanted)) {
      return;
    }
    if (screen.interactive()) {
      String language = wanted.language().orElseThrow().id();
      screen.remark(screen.paint().faint("starting " + language + " ..."));
    }
    var _ = invoker();
    var _ = consoles.start(wanted);
  }

  private void evaluate(Mode in, String code) {
    start(in);
    Map<String, Value> answer = consoles.evaluate(in, code).asMap();
    if (answer.containsKey("value")) {
      calls.keep(answer.getOrDefault("value", Value.NULL));
    }
    Value display = answer.getOrDefault("display", Value.NULL);
    if (!display.isNull()) {
      screen.result(display instanceof Value.Text(String text) ? text : Json.write(display));
    }
  }

  /// What may go wrong, and is said.
  private interface Attempt {
    void run() throws LineSyntaxException;
  }

  private void guarded(Attempt attempt) {
    running.during(() -> {
      try {
        attempt.run();
      } catch (FailureException e) {
        failed = Optional.of(e.failure().code());
        if (e.getCause() instanceof InterruptedException) {
          screen.remark(screen.paint().faint("cancelled"));
        } else {
          screen.failure(e.failure());
        }
      } catch (LineSyntaxException | IllegalArgumentException e) {
        failed = Optional.of(Code.BAD_ARGUMENT);
        screen.mistake(String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        failed = Optional.of(Code.INTERNAL);
        screen.mistake("Stoa itself broke: `" + e + "`. Please report it.");
      }
    });
  }

  private Invoker invoker() {
    return reached(ways.calls());
  }

  private static Invoker reached(CompletableFuture<Invoker> way) {
    try {
      return way.get();
    } catch (InterruptedException | CancellationException e) {
      Thread.currentThread().interrupt();
      Failure failure = Failure.of(Code.CANCELLED, "the wait for the host was cancelled.", "");
      throw new FailureException(failure, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FailureException known
          ? new FailureException(known.failure(), known)
          : new IllegalStateException("the host did not start: " + e.getCause(), e);
    }
  }
}
