package stoa.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Invocation.Terms;
import stoa.call.Target;
import stoa.v1.Object;
import stoa.value.Value;

/// Writes the body of an Invoke up to its argument, in the order of its fields.
final class InvokeHead {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;

  private final Outbox out = new Outbox();

  private InvokeHead() {}

  static boolean isOnObject(Invocation invocation) {
    return invocation.target() instanceof Target.Handed;
  }

  /// @param parent a call of the other side that led to this one; 0: none
  /// @param more the argument goes on in a Part
  static byte[] write(
      Invocation invocation, long parent, List<Value.Reference> references, boolean more) {
    InvokeHead head = new InvokeHead();
    Terms terms = invocation.terms();
    head.target(invocation.target());
    head.text(3, invocation.method());
    if (terms.deadline().limited()) {
      head.number(4, Math.max(1, terms.deadline().nanosLeft() / 1000));
    }
    head.number(5, terms.lane() == Lane.BATCH ? 1 : 0);
    head.number(6, parent);
    head.number(7, invocation.chain().blocking() ? 1 : 0);
    head.number(8, terms.shape().oneWay() ? 1 : 0);
    head.text(9, invocation.chain().caller());
    terms.metadata().entrySet().forEach(head::metadata);
    head.number(11, terms.credit());
    head.number(12, terms.shape().streams() ? 1 : 0);
    head.number(13, more ? 1 : 0);
    for (Value.Reference reference : references) {
      head.bytes(14, PayloadBody.reference(reference).toByteArray());
    }
    return head.out.taken();
  }

  private void target(Target target) {
    switch (target) {
      case Target.Module(String name) -> text(1, name);
      case Target.Handed(Value.Reference reference) ->
          bytes(
              2,
              Object.newBuilder()
                  .setReference(PayloadBody.reference(reference))
                  .build()
                  .toByteArray());
      case Target.Channel channel ->
          bytes(2, Object.newBuilder().setChannel(Channels.channel(channel)).build().toByteArray());
      case Target.Promised _ -> throw new IllegalArgumentException("its target is not known yet");
    }
  }

  private void metadata(Map.Entry<String, String> entry) {
    InvokeHead inner = new InvokeHead();
    inner.text(1, entry.getKey());
    inner.text(2, entry.getValue());
    bytes(10, inner.out.taken());
  }

  private void number(int field, long value) {
    if (value != 0) {
      out.varint((long) field << 3 | VARINT);
      out.varint(value);
    }
  }

  private void text(int field, String text) {
    if (!text.isEmpty()) {
      bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void bytes(int field, byte[] bytes) {
    out.varint((long) field << 3 | LENGTH);
    out.varint(bytes.length);
    out.bytes(bytes);
  }
}
