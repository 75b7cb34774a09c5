package stoa.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stoa.call.FailureException;

class FactTest {
  @AfterEach
  void calm() {
    assertThat(Thread.interrupted()).as("is kept for others").isFalse();
  }

  @Test
  void whoAsksMayBeInterrupted() {
    for (Shape shape : Sandbox.shapes()) {
      String calm = Probe.problem(shape);
      Thread.currentThread().interrupt();
      assertThat(Probe.problem(shape)).as(shape.name()).isEqualTo(calm);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void whatIsFoundOutHoldsForAll() {
    AtomicInteger asked = new AtomicInteger();
    Fact<Integer> fact = new Fact<>(asked::incrementAndGet);
    assertThat(fact.get()).isEqualTo(1);
    assertThat(fact.get()).isEqualTo(1);
  }

  @Test
  void whatCannotBeSaidNowIsAskedAgain() {
    AtomicInteger asked = new AtomicInteger();
    Fact<Integer> fact =
        new Fact<>(() -> {
          if (asked.incrementAndGet() < 2) {
            throw new IllegalStateException("not now");
          }
          return asked.get();
        });
    assertThatThrownBy(fact::get).isInstanceOf(IllegalStateException.class);
    assertThat(fact.get()).isEqualTo(2);
  }

  @Test
  void aMachineThatIsBusyOrShortOfSomethingIsNotOneThatCannot() {
    for (String passing :
        List.of(
            "kill -9 $$",
            "echo 'unshare: fork failed: Resource temporarily unavailable' >&2; exit 1",
            "echo 'bwrap: Cannot allocate memory' >&2; exit 1")) {
      assertThatThrownBy(() -> Probe.works(List.of("/bin/sh", "-c", passing)))
          .as(passing)
          .isInstanceOf(FailureException.class);
    }
    assertThat(Probe.works(List.of("/bin/sh", "-c", "exit 1"))).isFalse();
    assertThat(Probe.works(List.of("/no/such/program"))).isFalse();
  }
}
