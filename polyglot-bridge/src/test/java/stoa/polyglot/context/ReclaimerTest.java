package stoa.polyglot.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stoa.call.Invoker;
import stoa.module.Surroundings;
import stoa.value.Value;

/// Collection is forced before the quota of references refuses.
class ReclaimerTest {
  private static final int QUOTA = 100_000;

  private final Reclaimer reclaimer = new Reclaimer();
  private final AtomicLong released = new AtomicLong();
  private final Imports imports =
      new Imports(
          new Surroundings() {
            @Override
            public String instance() {
              return "m#1";
            }

            @Override
            public void release(Value.Reference held, long count) {
              released.addAndGet(count);
            }

            @Override
            public Invoker router() {
              throw new IllegalStateException("no calls here");
            }

            @Override
            public void said(Line line) {}
          },
          reclaimer);

  @AfterEach
  void close() {
    reclaimer.close();
  }

  private Imports.Foreign receive(long number) {
    return imports.received(new Value.Reference("owner#1", number));
  }

  @Test
  void whatAGuestHasForgottenDoesNotReachTheQuota() {
    for (long n = 1; n < QUOTA; n++) {
      receive(n);
    }
    // At the brink what was forgotten was given back, though nobody had run out of memory.
    assertThat(imports.size()).isLessThanOrEqualTo(Brink.NEAR);
    // Out of the table comes before given back, and both are the work of another thread.
    await().untilAsserted(() -> assertThat(released.get() + imports.size()).isEqualTo(QUOTA - 1));
  }

  @Test
  void whatAGuestKeepsIsNotTaken() {
    List<Imports.Foreign> kept = new ArrayList<>();
    for (long n = 1; n <= Brink.NEAR + 100; n++) {
      kept.add(receive(n));
    }
    assertThat(released).hasValue(0);
    assertThat(imports.size()).isEqualTo(kept.size());
  }
}
