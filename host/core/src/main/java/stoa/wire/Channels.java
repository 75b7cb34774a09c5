package stoa.wire;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import stoa.call.Invocation;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.v1.Accepted;
import stoa.v1.Channel;
import stoa.v1.Direct;
import stoa.wire.Frames.Incoming;

/// The messages about channels and what they stand for.
final class Channels {
  private Channels() {}

  static Accepted accepted(Signal.Accepted accepted) {
    Accepted.Builder message = Accepted.newBuilder().setPeer(accepted.peer());
    accepted.direct().ifPresent(direct -> message.setDirect(direct(direct)));
    return message.build();
  }

  static Signal.Accepted accepted(Incoming frame) throws IOException {
    Accepted message = Accepted.parseFrom(frame.body());
    return new Signal.Accepted(
        message.getPeer(),
        message.hasDirect() ? Optional.of(direct(message.getDirect())) : Optional.empty());
  }

  static Channel channel(Target.Channel target) {
    Channel.Builder message = Channel.newBuilder().setModule(target.module());
    target.direct().ifPresent(direct -> message.setDirect(direct(direct)));
    return message.build();
  }

  static Target.Channel channel(Channel message) {
    return new Target.Channel(
        message.getModule(),
        message.hasDirect() ? Optional.of(direct(message.getDirect())) : Optional.empty());
  }

  /// A channel goes through the host if the other side cannot be direct.
  static Invocation permitted(Invocation invocation, Features features) {
    return invocation.target() instanceof Target.Channel(String module, var direct)
            && direct.isPresent()
            && !features.direct()
        ? invocation.on(new Target.Channel(module, Optional.empty()))
        : invocation;
  }

  private static Direct direct(stoa.call.Direct direct) {
    return Direct.newBuilder()
        .setPath(direct.path())
        .setToken(ByteString.copyFrom(HexFormat.of().parseHex(direct.token())))
        .setProof(ByteString.copyFrom(HexFormat.of().parseHex(direct.proof())))
        .build();
  }

  private static stoa.call.Direct direct(Direct message) {
    HexFormat hex = HexFormat.of();
    return new stoa.call.Direct(
        message.getPath(),
        hex.formatHex(message.getToken().toByteArray()),
        hex.formatHex(message.getProof().toByteArray()));
  }
}
