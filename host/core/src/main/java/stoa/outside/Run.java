package stoa.outside;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.grant.Policy;
import stoa.limit.Quota;
import stoa.module.Grant;
import stoa.process.Errand;
import stoa.sandbox.Programs;
import stoa.value.Value;

/// Runs a program to its end and gives what it wrote. There is no shell in between: arguments are
/// what they are.
///
/// A grant names a program as the caller does, by its name or by its path; one for the path of what
/// the name means will do, too.
///
/// @param module who calls; empty: the user
record Run(Policy policy, Optional<String> module, Starter starter, Share share)
    implements Handling.Work {
  static final int MILLIS = 60_000;

  /// Bytes of what it writes, to each of both.
  private static final int MOST = 8 << 20;

  /// How long its output may stay open when it has ended itself.
  private static final Duration TAIL = Duration.ofSeconds(1);

  @Override
  public Value run(Handling handling) throws IOException, InterruptedException {
    String program = handling.text(0, "program");
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(arguments(handling.argument(1, "arguments")));
    byte[] input = input(handling.argument(2, "input"));
    Duration timeout = WebRequest.timeout(handling.argument(3, "timeout_ms"), MILLIS);
    words.set(0, allowed(program).toString());
    try (Share.Taken _ = share.program();
        Errand running = started(program, words)) {
      return result(program, running, input, timeout);
    }
  }

  private static List<String> arguments(Value given) {
    return switch (given) {
      case Value.Null _ -> List.of();
      case Value.Sequence(List<Value> items) -> items.stream().map(Run::argument).toList();
      default ->
          throw new IllegalArgumentException(
              "the arguments must be a list of texts, were " + Shown.of(given));
    };
  }

  private static String argument(Value given) {
    if (given instanceof Value.Text(String text) && text.indexOf('\0') < 0) {
      return text;
    }
    throw new IllegalArgumentException("an argument must be text, was " + Shown.of(given));
  }

  private static byte[] input(Value given) {
    return switch (given) {
      case Value.Null _ -> new byte[0];
      case Value.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
      case Value.Bytes bytes -> bytes.value().toByteArray();
      default ->
          throw new IllegalArgumentException(
              "the input must be text or bytes, was " + Shown.of(given));
    };
  }

  /// Where a program is that the caller may run.
  private Path allowed(String program) {
    boolean named = !program.contains("/");
    if (!named && !program.startsWith("/")) {
      throw new IllegalArgumentException(
          "`" + program + "` must be the name of a program, or its whole path");
    }
    Optional<Path> found =
        named
            ? Programs.onPath(program).filter(Path::isAbsolute)
            : Optional.of(UsersFiles.absolute(program, ""));
    if (module.isPresent()) {
      Grant asked = new Grant(Grant.Kind.RUN, named ? program : found.orElseThrow().toString());
      Grant byPath = new Grant(Grant.Kind.RUN, found.map(Path::toString).orElse(program));
      boolean other = !policy.allows(module.get(), asked) && policy.allows(module.get(), byPath);
      policy.check(module.get(), other ? byPath : asked);
    }
    return found
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .orElseThrow(() ->
            new FailureException(
                Failure.of(
                    Code.BAD_ARGUMENT,
                    "there is no program `" + program + "`.",
                    named
                        ? "Names are looked up on the PATH of the host; a whole path is taken as it is."
                        : "Look whether it exists and may be executed.")));
  }

  private Errand started(String program, List<String> words) {
    try {
      return starter.start(module, words);
    } catch (IOException e) {
      throw new FailureException(
          Failure.of(
              Code.UNAVAILABLE,
              "`%s` cannot be started: %s.".formatted(program, e.getMessage()),
              ""),
          e);
    }
  }

  private Value result(String program, Errand running, byte[] input, Duration timeout)
      throws InterruptedException {
    Process process = running.process();
    Collected out = new Collected(process.getInputStream(), process);
    Collected err = new Collected(process.getErrorStream(), process);
    List<Thread> threads =
        List.of(
            thread(program, "out", out),
            thread(program, "err", err),
            thread(program, "in", () -> feed(process.getOutputStream(), input)));
    boolean ended = process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (ended) {
      awaitOutput(threads); // closing ends the streams, with what was not read yet
    }
    running.close(); // what it has started and left behind holds its output open
    awaitOutput(threads);
    running
        .excess(program, module)
        .ifPresent(failure -> {
          throw new FailureException(failure);
        });
    out.check(program);
    err.check(program);
    if (!ended) {
      throw new FailureException(
          Failure.of(
              Code.DEADLINE_EXCEEDED,
              "`%s` did not end within %d ms.".formatted(program, timeout.toMillis()),
              "Give it more time with `timeout`."));
    }
    Map<String, Value> result = new LinkedHashMap<>();
    result.put("code", new Value.Int(process.exitValue()));
    result.put("out", new Value.Bytes(out.bytes()));
    result.put("err", new Value.Bytes(err.bytes()));
    return new Value.Dictionary(result);
  }

  private static void awaitOutput(List<Thread> threads) throws InterruptedException {
    long end = System.nanoTime() + TAIL.toNanos();
    for (Thread thread : threads) {
      thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
  }

  private static Thread thread(String program, String what, Runnable work) {
    return Thread.ofPlatform().name("stoa-run-" + program + "-" + what).daemon().start(work);
  }

  private static void feed(OutputStream to, byte[] input) {
    try (to) {
      to.write(input);
    } catch (IOException e) {
      // It does not want it.
    }
  }

  /// What it writes to one of both. Its thread writes, then others read.
  private static final class Collected implements Runnable {
    private final InputStream in;
    private final Process process;
    private ByteString all = ByteString.EMPTY; // guarded by this
    private boolean tooMuch; // guarded by this

    Collected(InputStream in, Process process) {
      this.in = in;
      this.process = process;
    }

    @Override
    public void run() {
      try {
        byte[] buffer = new byte[1 << 16];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          if (!add(ByteString.copyFrom(buffer, 0, count))) {
            process.destroyForcibly();
            return;
          }
        }
      } catch (IOException e) {
        // It was killed, which is told otherwise.
      }
    }

    private synchronized boolean add(ByteString more) {
      tooMuch = all.size() + more.size() > MOST;
      if (!tooMuch) {
        all = all.concat(more);
      }
      return !tooMuch;
    }

    synchronized ByteString bytes() {
      return all;
    }

    synchronized void check(String program) {
      if (tooMuch) {
        throw new FailureException(
            Quota.OUTPUT.exceeded(
                Description.of(
                    "`%s` wrote more than %d bytes and was killed.".formatted(program, MOST),
                    "Let it write less, or to a file in the module's data folder."),
                MOST + 1L,
                MOST));
      }
    }
  }
}
