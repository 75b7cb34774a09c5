package stoa.wire;

import java.time.Duration;
import java.util.List;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Invocation.Shape;
import stoa.call.Invocation.Terms;
import stoa.call.Payload;
import stoa.call.Target;
import stoa.v1.Invoke;
import stoa.v1.Object;
import stoa.value.Value;

/// Invocations from and to `stoa.v1.Invoke`, without the argument.
final class InvokeHead {
  private static final long CENTURY_US = Duration.ofDays(36_500).toNanos() / 1000;

  private InvokeHead() {}

  static boolean isOnObject(Invocation invocation) {
    return invocation.target() instanceof Target.Handed;
  }

  /// @param parent a call of the other side that led to this one; 0: none
  /// @param more the argument goes on in a Part
  static byte[] write(
      Invocation invocation, long parent, List<Value.Reference> references, boolean more) {
    Terms terms = invocation.terms();
    Invoke.Builder head =
        Invoke.newBuilder()
            .setMethod(invocation.method())
            .setParent(parent)
            .setBlocking(invocation.chain().blocking())
            .setOneWay(terms.shape().oneWay())
            .setCaller(invocation.chain().caller())
            .putAllMetadata(terms.metadata())
            .setCredit(terms.credit())
            .setStreams(terms.shape().streams())
            .setMore(more);
    switch (invocation.target()) {
      case Target.Module(String name) -> head.setModule(name);
      case Target.Handed(Value.Reference reference) ->
          head.setObject(Object.newBuilder().setReference(PayloadBody.reference(reference)));
      case Target.Promised _ -> throw new IllegalArgumentException("its target is not known yet");
    }
    if (terms.deadline().limited()) {
      head.setTimeoutUs(Math.max(1, terms.deadline().nanosLeft() / 1000));
    }
    if (terms.lane() == Lane.BATCH) {
      head.setLane(stoa.v1.Lane.LANE_BATCH);
    }
    references.forEach(reference -> head.addReferences(PayloadBody.reference(reference)));
    return head.build().toByteArray();
  }

  /// @param latest when the call on whose behalf this one is made has to end
  static Invocation read(Invoke head, Payload argument, Chain chain, Deadline latest) {
    Lane lane = head.getLane() == stoa.v1.Lane.LANE_BATCH ? Lane.BATCH : Lane.INTERACTIVE;
    Terms terms =
        new Terms(
            deadline(head.getTimeoutUs()).orEarlier(latest),
            lane,
            Math.max(0, head.getCredit()),
            new Shape(head.getStreams(), head.getOneWay()),
            head.getMetadataMap());
    return new Invocation(target(head), head.getMethod(), argument, terms, chain);
  }

  /// A module or an object that was handed over.
  static Target target(Invoke head) {
    return head.hasObject()
        ? new Target.Handed(PayloadBody.reference(head.getObject().getReference()))
        : new Target.Module(head.getModule());
  }

  private static Deadline deadline(long micros) {
    if (micros == 0) {
      return Deadline.NONE;
    }
    long bounded = micros < 0 ? CENTURY_US : Math.min(micros, CENTURY_US);
    return Deadline.in(Duration.ofNanos(bounded * 1000));
  }
}
