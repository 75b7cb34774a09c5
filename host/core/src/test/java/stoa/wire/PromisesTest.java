package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Value;

class PromisesTest {
  private static final Value.Reference BIRDS = new Value.Reference("db#1", 1);
  private static final Value.Reference TREES = new Value.Reference("db#1", 2);

  private static final Value.Reference OWN = new Value.Reference("words#1", 1);

  private final Promises promises =
      new Promises(call -> call > 10_000_000, reference -> !reference.owner().equals("words#1"));

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
  void ofObjectsThatCameHomeAsManyCallsAreKnownAsMayBeOpen() {
    returned(1, BIRDS);
    int many = IncomingCalls.MAX_OPEN + 1000;
    for (int call = 2; call < 2 + many; call++) {
      returned(call, OWN);
    }
    assertThat(promises.of(2)).isCompletedExceptionally();
    assertThat(promises.of(1001)).isCompletedExceptionally();
    assertThat(promises.of(1002)).isCompletedWithValue(OWN);
    assertThat(promises.of(1 + many)).isCompletedWithValue(OWN);
    assertThat(promises.of(1)).isCompletedWithValue(BIRDS);
  }

  @Test
  void whoWaitsForAnOpenCallHearsOfItsEnd() {
    var kept = promises.of(10_000_001);
    var broken = promises.of(10_000_003);
    assertThat(kept).isNotDone();
    returned(10_000_001, BIRDS);
    returned(10_000_003, Value.list(BIRDS));
    assertThat(kept).isCompletedWithValue(BIRDS);
    assertThat(broken).isCompletedExceptionally();
  }
}
