package stoa.host;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.module.Surroundings;
import stoa.value.Arguments;
import stoa.value.Value;

/// Gives on what modules write for the calls that one connection makes. When it has started nothing
/// is missed, and when it has closed all has been given on that was written before, unless the host
/// does not answer.
final class Echo implements AutoCloseable {
  /// For a host that does not answer.
  private static final long PATIENCE_SECONDS = 5;

  private final ModuleClient host;
  private final Consumer<LogLine> log;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  private Echo(Invoker connection, Consumer<LogLine> log) {
    this.host = new ModuleClient(connection, "stoa");
    this.log = log;
  }

  /// Blocks until the host knows of it.
  static Echo start(Invoker connection, Consumer<LogLine> log) {
    Echo echo = new Echo(connection, log);
    Thread.ofPlatform().daemon().name("stoa-echo").start(echo::read);
    await(echo.begun);
    return echo;
  }

  private void read() {
    try (Items lines = host.items("echo", Arguments.of())) {
      while (lines.hasNext()) {
        Value line = lines.next();
        if (line.isNull()) {
          begun.countDown();
        } else {
          log.accept(LogLine.of(line));
        }
      }
    } catch (FailureException e) {
      if (e.failure().code() == Failure.Code.RESOURCE_EXHAUSTED) {
        log.accept(LogLine.now("stoa", "", tooMany()));
      } // else the host has gone, which others say
    } finally {
      begun.countDown();
      done.countDown();
    }
  }

  private static Surroundings.Line tooMany() {
    return new Surroundings.Line(
        Surroundings.Stream.WARNING,
        "lines came faster than they are shown here; `stoa logs` has them all");
  }

  @Override
  public void close() {
    if (done.getCount() == 0) {
      return;
    }
    // A host that is stopped must not hold up who closes; one that has gone ends the reading.
    var _ = host.callAsync("echoed");
    await(done);
  }

  private static void await(CountDownLatch latch) {
    try {
      var _ = latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
