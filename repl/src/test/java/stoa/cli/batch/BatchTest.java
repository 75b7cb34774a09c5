package stoa.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Json;
import stoa.value.Value;

class BatchTest {
  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
  private final List<String> written = Collections.synchronizedList(new ArrayList<>());
  private final Tally tally = new Tally();

  @AfterEach
  void stop() {
    later.shutdownNow();
  }

  /// Numbers from 0, broken where a test says so.
  private record Numbers(AtomicLong read, long end, long broken) implements Source {
    static Numbers to(long end) {
      return new Numbers(new AtomicLong(), end, -1);
    }

    @Override
    public Optional<Entry> next() {
      long n = read.getAndIncrement();
      if (n >= end) {
        return Optional.empty();
      }
      return Optional.of(n == broken ? new Broken("line 1 is bad.") : new Item(new Value.Int(n)));
    }

    @Override
    public void close() {}
  }

  private Batch batch(Invoker invoker, Source source, int jobs) {
    Batch.Settings settings = new Batch.Settings("m", "x", jobs, false, Optional.empty());
    return new Batch(invoker, settings, source, record -> written.add(Json.write(record)), tally);
  }

  @Test
  void answersAreWrittenInTheOrderOfTheItemsHoweverLongEachTakes() throws Exception {
    Invoker slow =
        (invocation, caller) -> {
          Value item = invocation.argument().arguments().positional().getFirst();
          int millis = ThreadLocalRandom.current().nextInt(5);
          var _ =
              later.schedule(
                  () -> caller.send(new Signal.Returned(Payload.of(item))),
                  millis,
                  TimeUnit.MILLISECONDS);
          return _ -> {};
        };
    batch(slow, Numbers.to(200), 8).run();
    assertThat(written).hasSize(200);
    for (int i = 0; i < written.size(); i++) {
      assertThat(written.get(i)).isEqualTo("{\"item\":%d,\"result\":%d}".formatted(i, i));
    }
  }

  @Test
  void neverMoreCallsAreOpenThanJobs() throws Exception {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Invoker counting =
        (_, caller) -> {
          most.accumulateAndGet(open.incrementAndGet(), Math::max);
          var _ =
              later.schedule(
                  () -> {
                    open.decrementAndGet();
                    caller.send(new Signal.Returned(Payload.NULL));
                  },
                  1,
                  TimeUnit.MILLISECONDS);
          return _ -> {};
        };
    batch(counting, Numbers.to(100), 3).run();
    assertThat(most).hasValueLessThanOrEqualTo(3);
    assertThat(tally.items()).isEqualTo(100);
  }

  @Test
  void oneItemThatHangsHoldsBackAllButAWindowOfTheOthers() throws Exception {
    CountDownLatch windowFull = new CountDownLatch(2 * Batch.WINDOW);
    AtomicBoolean first = new AtomicBoolean(true);
    CountDownLatch release = new CountDownLatch(1);
    Invoker firstHangs =
        (_, caller) -> {
          windowFull.countDown();
          if (first.getAndSet(false)) {
            Thread.ofVirtual()
                .start(() -> {
                  await(release);
                  caller.send(new Signal.Returned(Payload.NULL));
                });
          } else {
            caller.send(new Signal.Returned(Payload.NULL));
          }
          return _ -> {};
        };
    Numbers numbers = Numbers.to(1_000_000);
    Batch batch = batch(firstHangs, numbers, 2);
    Thread running =
        Thread.ofPlatform()
            .start(() -> {
              try {
                batch.run();
              } catch (InterruptedException | IOException e) {
                // The test ends it.
              }
            });
    assertThat(windowFull.await(10, TimeUnit.SECONDS)).isTrue();
    // One in the writer's hand, a full queue, one that waits to get in, one just read.
    assertThat(numbers.read().get()).isLessThanOrEqualTo(2 * Batch.WINDOW + 3);
    assertThat(written).isEmpty();
    running.interrupt();
    release.countDown();
    running.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void failuresAreLinesAndAreCountedByCode() throws Exception {
    Invoker picky =
        (invocation, caller) -> {
          long n = invocation.argument().arguments().positional().getFirst().asLong();
          caller.send(
              n % 2 == 0
                  ? new Signal.Returned(Payload.NULL)
                  : new Signal.Failed(Failure.of(Code.DENIED, "odd", "")));
          return _ -> {};
        };
    batch(picky, new Numbers(new AtomicLong(), 6, 2), 1).run();
    assertThat(written.get(1))
        .startsWith("{\"item\":1,\"failure\":{\"code\":")
        .contains("\"code\":\"DENIED\"")
        .contains("\"message\":\"odd\"");
    assertThat(written.get(2)).contains("\"item\":2", "BAD_ARGUMENT", "line 1 is bad.");
    assertThat(tally.summary())
        .startsWith("6 items: 2 ok, 4 failed (3 DENIED, 1 BAD_ARGUMENT) in ");
  }

  @Test
  void anInterruptCancelsWhatRunsAndKeepsWhatIsDone() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Invoker thirdHangs =
        (invocation, caller) -> {
          long n = invocation.argument().arguments().positional().getFirst().asLong();
          if (n == 2) {
            main.interrupt();
            return signal -> {
              if (signal instanceof Signal.Cancel) {
                cancelled.countDown();
              }
            };
          }
          caller.send(new Signal.Returned(Payload.NULL));
          return _ -> {};
        };
    assertThatThrownBy(() -> batch(thirdHangs, Numbers.to(10), 1).run())
        .isInstanceOf(InterruptedException.class);
    assertThat(cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(written.size()).isLessThanOrEqualTo(2);
  }

  @Test
  void anInputThatBreaksOffIsDoneAsFarAsItWent() {
    Source breaking =
        new Source() {
          private int read;

          @Override
          public Optional<Entry> next() throws IOException {
            if (read++ == 3) {
              throw new IOException("the disk is gone");
            }
            return Optional.of(new Item(Value.NULL));
          }

          @Override
          public void close() {}
        };
    Invoker quick =
        (_, caller) -> {
          caller.send(new Signal.Returned(Payload.NULL));
          return _ -> {};
        };
    assertThatThrownBy(() -> batch(quick, breaking, 1).run())
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is gone");
    assertThat(written).hasSize(3);
  }

  @Test
  void anAnswerThatCannotBePrintedIsAFailureOfItsItem() throws Exception {
    Invoker echo =
        (invocation, caller) -> {
          Value item = invocation.argument().arguments().positional().getFirst();
          caller.send(new Signal.Returned(Payload.of(item)));
          return _ -> {};
        };
    Consumer<Value> out =
        record -> {
          if (record.at("result").equals(new Value.Int(1))) {
            throw new FailureException(Failure.of(Code.UNSUPPORTED, "1 cannot be printed.", ""));
          }
          written.add(Json.write(record));
        };
    Batch.Settings settings = new Batch.Settings("m", "x", 1, false, Optional.empty());
    new Batch(echo, settings, Numbers.to(3), out, tally).run();
    assertThat(written)
        .satisfiesExactly(
            record -> assertThat(record).isEqualTo("{\"item\":0,\"result\":0}"),
            record -> assertThat(record).contains("\"item\":1", "UNSUPPORTED"),
            record -> assertThat(record).isEqualTo("{\"item\":2,\"result\":2}"));
    assertThat(tally.failed()).isEqualTo(1);
  }
}
