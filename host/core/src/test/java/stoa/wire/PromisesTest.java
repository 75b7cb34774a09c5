package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Value;

class PromisesTest {
  private static final Value.Reference BIRDS = new Value.Reference("db#1", 1);
  private static final Value.Reference TREES = new Value.Reference("db#1", 2);

  private final Promises promises = new Promises(call -> call > 100);

  private void returned(long call, Value result) {
    promises.ending(call, new Signal.Returned(Payload.of(result)));
    promises.ended(call);
  }

  @Test
  void aReleaseForgetsTheCallsThatReturnedThisReferenceAndNoOthers() {
    returned(1, BIRDS);
    returned(3, TREES);
    returned(5, BIRDS);
    promises.forget(BIRDS);
    assertThat(promises.of(1)).isCompletedExceptionally();
    assertThat(promises.of(5)).isCompletedExceptionally();
    assertThat(promises.of(3)).isCompletedWithValue(TREES);
  }

  @Test
  void whoWaitsForAnOpenCallHearsOfItsEnd() {
    var kept = promises.of(101);
    var broken = promises.of(103);
    assertThat(kept).isNotDone();
    returned(101, BIRDS);
    returned(103, Value.list(BIRDS));
    assertThat(kept).isCompletedWithValue(BIRDS);
    assertThat(broken).isCompletedExceptionally();
  }
}
