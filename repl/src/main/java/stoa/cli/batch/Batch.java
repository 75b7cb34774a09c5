package stoa.cli.batch;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.client.ModuleClient;
import stoa.value.Arguments;
import stoa.value.Value;

/// One call for each item of a source, several at a time, and one record for each answer, in the
/// order of the items.
///
/// A thread reads items and makes calls; the thread that [#run] runs on takes the answers. Between
/// the two are at most [#WINDOW] items for each job, so memory does not grow with the input.
public final class Batch {
  /// How far a fast item may run ahead of a slow one.
  static final int WINDOW = 8;

  private static final CompletableFuture<Value> NO_MORE = new CompletableFuture<>();

  private final ModuleClient module;
  private final Settings settings;
  private final Source source;
  private final Consumer<Value> out;
  private final Tally tally;
  private final Semaphore jobs;
  private final BlockingQueue<CompletableFuture<Value>> answers;
  private volatile Optional<IOException> unreadable = Optional.empty();

  /// What to do.
  ///
  /// @param jobs calls at the same time
  /// @param spread a list gives positional arguments and a map named ones
  /// @param limit of each call
  public record Settings(
      String module, String method, int jobs, boolean spread, Optional<Duration> limit) {}

  /// @param out takes a map for each answer; may throw [FailureException] if it cannot print one
  public Batch(
      Invoker invoker, Settings settings, Source source, Consumer<Value> out, Tally tally) {
    ModuleClient client = new ModuleClient(invoker, settings.module()).inBatch();
    this.module = settings.limit().map(client::within).orElse(client);
    this.settings = settings;
    this.source = source;
    this.out = out;
    this.tally = tally;
    this.jobs = new Semaphore(settings.jobs());
    this.answers = new ArrayBlockingQueue<>(settings.jobs() * WINDOW);
  }

  /// Runs to the end of the source.
  ///
  /// @throws InterruptedException when the calling thread was interrupted: calls under way are
  ///   cancelled, and what was answered up to the first of them is written
  /// @throws IOException if the source cannot be read on; what was read is done
  public void run() throws InterruptedException, IOException {
    Thread reader = Thread.ofPlatform().name("stoa-batch-reader").daemon().start(this::read);
    try {
      for (CompletableFuture<Value> next = answers.take(); next != NO_MORE; next = answers.take()) {
        writeWhenDone(next);
      }
    } finally {
      reader.interrupt();
      abandon();
    }
    if (unreadable.isPresent()) {
      throw unreadable.get();
    }
  }

  private void writeWhenDone(CompletableFuture<Value> next) throws InterruptedException {
    try {
      var _ = next.get();
    } catch (ExecutionException | CancellationException e) {
      // Written as a failure.
    } catch (InterruptedException e) {
      if (next.isDone()) {
        write(next);
        writeWhatIsDone();
      }
      next.cancel(true);
      throw e;
    }
    write(next);
  }

  private void writeWhatIsDone() {
    for (var next = answers.peek(); next != null && next.isDone(); next = answers.peek()) {
      write(next);
      answers.remove();
    }
  }

  private void abandon() {
    for (var next = answers.poll(); next != null; next = answers.poll()) {
      next.cancel(true);
    }
  }

  // ---- on the reader's thread ----

  private void read() {
    try {
      Optional<Source.Entry> entry = source.next();
      while (entry.isPresent()) {
        jobs.acquire();
        CompletableFuture<Value> answer = begin(entry.get());
        answer.whenComplete((_, _) -> jobs.release());
        hand(answer);
        entry = source.next();
      }
      answers.put(NO_MORE);
    } catch (IOException e) {
      unreadable = Optional.of(e);
      end();
    } catch (InterruptedException e) {
      abandon();
    }
  }

  /// A call that nobody will wait for any more is cancelled.
  private void hand(CompletableFuture<Value> answer) throws InterruptedException {
    try {
      answers.put(answer);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private void end() {
    try {
      answers.put(NO_MORE);
    } catch (InterruptedException e) {
      abandon();
    }
  }

  private CompletableFuture<Value> begin(Source.Entry entry) {
    return switch (entry) {
      case Source.Item(Value value) -> module.callAsync(settings.method(), arguments(value));
      case Source.Broken(String message) ->
          CompletableFuture.failedFuture(
              new FailureException(Failure.of(Code.BAD_ARGUMENT, message, "")));
    };
  }

  private Arguments arguments(Value value) {
    return switch (value) {
      case Value.Sequence(List<Value> items) when settings.spread() ->
          new Arguments(items, Map.of());
      case Value.Dictionary(Map<String, Value> entries) when settings.spread() ->
          new Arguments(List.of(), entries);
      default -> new Arguments(List.of(value), Map.of());
    };
  }

  // ---- answers as records ----

  private void write(CompletableFuture<Value> answer) {
    switch (answer.state()) {
      case SUCCESS -> {
        try {
          out.accept(record("result", answer.resultNow()));
          tally.succeeded();
        } catch (FailureException e) {
          write(e.failure());
        }
      }
      case FAILED, CANCELLED, RUNNING -> write(failure(answer));
    }
  }

  private void write(Failure failure) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("code", failure.code().name());
    told.put("message", failure.message());
    out.accept(record("failure", Value.of(told)));
    tally.failed(failure.code());
  }

  private Value record(String key, Value content) {
    Map<String, Value> record = new LinkedHashMap<>();
    record.put("item", new Value.Int(tally.items()));
    record.put(key, content);
    return new Value.Dictionary(record);
  }

  private static Failure failure(CompletableFuture<Value> answer) {
    Throwable problem =
        answer.state() == CompletableFuture.State.FAILED
            ? answer.exceptionNow()
            : new CancellationException("it was cancelled");
    return problem instanceof FailureException known
        ? known.failure()
        : Failure.of(Code.INTERNAL, "Stoa itself broke: `" + problem + "`.", "");
  }
}
