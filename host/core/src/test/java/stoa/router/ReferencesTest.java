package stoa.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Payload;
import stoa.value.Value;

class ReferencesTest {
  private final References references = new References();
  private final List<String> released = new ArrayList<>();

  ReferencesTest() {
    references.joined("db#1", (own, count) -> released.add(own.number() + " x " + count));
  }

  private static Value.Reference object(long number) {
    return new Value.Reference("db#1", number);
  }

  private void pass(Value value, String from, String to) {
    Payload payload = Payload.of(value);
    references.take(payload, from);
    try {
      references.give(payload, to);
    } finally {
      references.settle(payload);
    }
  }

  private static void refused(ThrowingCallable call, Code code, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(code);
              assertThat(e.failure().message()).contains(words);
            });
  }

  @Test
  void theOwnerHearsOfTheLastReleaseWithAllItsSendings() {
    pass(object(1), "db#1", "a#1");
    pass(object(1), "db#1", "a#1");
    pass(object(1), "db#1", "b#1");
    references.release("a#1", object(1), 1);
    references.release("a#1", object(1), 1);
    assertThat(released).isEmpty();
    references.release("b#1", object(1), 1);
    assertThat(released).containsExactly("1 x 3");
    assertThat(references.list()).isEmpty();
  }

  @Test
  void anObjectThatIsSentAgainIsNotForgotten() {
    pass(object(1), "db#1", "a#1");
    references.release("a#1", object(1), 1);
    assertThat(released).containsExactly("1 x 1"); // the owner counts 2 by now and keeps it
    pass(object(1), "db#1", "a#1");
    assertThat(references.callable(object(1), "a#1")).isEqualTo("db#1");
  }

  @Test
  void aHolderHandsOnAndTheOwnerStays() {
    pass(object(1), "db#1", "a#1");
    pass(Value.list(object(1)), "a#1", "b#1");
    references.release("a#1", object(1), 1);
    assertThat(references.callable(object(1), "b#1")).isEqualTo("db#1");
    refused(() -> references.callable(object(1), "a#1"), Code.LOST, "was given back");
  }

  @Test
  void nobodySendsWhatItNeitherOwnsNorHolds() {
    refused(() -> pass(object(1), "a#1", "b#1"), Code.DENIED, "`a#1` was never given object 1");
    refused(
        () -> pass(new Value.Reference("a#1", 1), "a#1", "b#1"), Code.DENIED, "owns no objects");
    pass(object(1), "db#1", "a#1");
    refused(() -> pass(object(1), "b#1", "a#1"), Code.DENIED, "never given");
    refused(() -> references.callable(object(2), "a#1"), Code.DENIED, "never given");
  }

  @Test
  void anObjectThatTravelsIsNotGivenBack() {
    Payload payload = Payload.of(object(1));
    pass(object(1), "db#1", "a#1");
    references.take(payload, "a#1");
    references.release("a#1", object(1), 1);
    assertThat(released).isEmpty();
    references.give(payload, "b#1");
    references.settle(payload);
    references.release("b#1", object(1), 1);
    assertThat(released).containsExactly("1 x 1");
  }

  @Test
  void anObjectThatComesHomeCountsNothing() {
    pass(object(1), "db#1", "a#1");
    pass(object(1), "a#1", "db#1");
    references.release("a#1", object(1), 1);
    assertThat(released).containsExactly("1 x 1");
  }

  @Test
  void whatWasSentToNobodyComesBack() {
    Payload payload = Payload.of(object(1));
    references.take(payload, "db#1");
    references.settle(payload);
    assertThat(released).containsExactly("1 x 1");
  }

  @Test
  void aHolderThatIsGoneGivesEverythingBack() {
    pass(Value.list(object(1), object(2)), "db#1", "a#1");
    references.left("a#1", "it was killed.");
    assertThat(released).containsExactlyInAnyOrder("1 x 1", "2 x 1");
  }

  @Test
  void anOwnerThatIsGoneIsNamedWithTheReason() {
    pass(object(1), "db#1", "a#1");
    references.left("db#1", "it was killed by signal 9.");
    refused(() -> references.callable(object(1), "a#1"), Code.LOST, "killed by signal 9");
    refused(() -> pass(object(1), "a#1", "b#1"), Code.LOST, "`db#1` is gone");
    references.release("a#1", object(1), 1);
    assertThat(references.list()).isEmpty();
  }

  @Test
  void releasingMoreThanWasReceivedIsReleasingAll() {
    pass(object(1), "db#1", "a#1");
    references.release("a#1", object(1), 1_000_000);
    references.release("a#1", object(1), 1);
    assertThat(released).containsExactly("1 x 1");
  }

  @Test
  void aPeerHoldsSoManyAndNoMore() {
    for (int i = 1; i <= References.MAX; i++) {
      pass(object(i), "db#1", "a#1");
    }
    refused(
        () -> pass(object(References.MAX + 1), "db#1", "a#1"),
        Code.RESOURCE_EXHAUSTED,
        "`db#1` has handed out 100,000 references");
    references.release("a#1", object(1), 1);
    pass(object(References.MAX + 1), "db#1", "a#1");
  }

  @Test
  void manyThreadsPassAndReleaseAndNothingIsLeft() throws InterruptedException {
    AtomicLong sent = new AtomicLong();
    AtomicLong back = new AtomicLong();
    References shared = new References();
    shared.joined("db#1", (_, count) -> back.addAndGet(count));
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String holder = "h#" + t;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 5_000; i++) {
                  Payload payload = Payload.of(object(ThreadLocalRandom.current().nextInt(1, 20)));
                  shared.take(payload, "db#1");
                  sent.incrementAndGet();
                  shared.give(payload, holder);
                  shared.settle(payload);
                  shared.release(holder, payload.references().getFirst(), 1);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(shared.list()).isEmpty();
    assertThat(back.get()).isEqualTo(sent.get());
  }
}
