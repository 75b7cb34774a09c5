package stoa.wire;

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
  private final Fields out = new Fields();

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
    Fields out = head.out.text(3, invocation.method());
    if (terms.deadline().limited()) {
      out.number(4, Math.max(1, terms.deadline().nanosLeft() / 1000));
    }
    out.number(5, terms.lane() == Lane.BATCH ? 1 : 0);
    out.number(6, parent);
    out.flag(7, invocation.chain().blocking());
    out.flag(8, terms.shape().oneWay());
    out.text(9, invocation.chain().caller());
    terms.metadata().entrySet().forEach(head::metadata);
    out.number(11, terms.credit());
    out.flag(12, terms.shape().streams());
    out.flag(13, more);
    for (Value.Reference reference : references) {
      out.bytes(14, PayloadBody.reference(reference).toByteArray());
    }
    return out.taken();
  }

  private void target(Target target) {
    switch (target) {
      case Target.Module(String name) -> out.text(1, name);
      case Target.Handed(Value.Reference reference) ->
          out.bytes(
              2,
              Object.newBuilder()
                  .setReference(PayloadBody.reference(reference))
                  .build()
                  .toByteArray());
      case Target.Channel channel ->
          out.bytes(
              2, Object.newBuilder().setChannel(Channels.channel(channel)).build().toByteArray());
      case Target.Promised _ -> throw new IllegalArgumentException("its target is not known yet");
    }
  }

  private void metadata(Map.Entry<String, String> entry) {
    out.bytes(10, new Fields().text(1, entry.getKey()).text(2, entry.getValue()).taken());
  }
}
