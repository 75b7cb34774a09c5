package stoa.wire;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Optional;
import stoa.v1.Hello;
import stoa.v1.Limits;
import stoa.v1.Welcome;
import stoa.wire.Connection.Side;

/// What the first two frames say: PROTOCOL.md, "Handshake".
final class Handshake {
  private static final Limits LIMITS =
      Limits.newBuilder().setMaxFrameBytes(Frames.MAX_FRAME).build();

  private Handshake() {}

  static Hello hello(Side.Dialler dialler) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setProtocolMin(Frames.PROTOCOL)
            .setProtocolMax(Frames.PROTOCOL)
            .addAllFeatures(Features.offered())
            .setLimits(LIMITS)
            .setToken(ByteString.copyFrom(dialler.token()))
            .setInstance(dialler.instance());
    dialler.self().ifPresent(info -> hello.setModule(ModuleInfoCodec.encode(info)));
    return hello.build();
  }

  static Welcome welcome(Side.Acceptor acceptor, Hello hello, String instance) {
    Welcome.Builder welcome =
        Welcome.newBuilder()
            .setProtocol(Frames.PROTOCOL)
            .addAllFeatures(Features.common(hello.getFeaturesList()))
            .setLimits(LIMITS)
            .setInstance(instance);
    acceptor.self().ifPresent(info -> welcome.setModule(ModuleInfoCodec.encode(info)));
    return welcome.build();
  }

  static Peer.Greeting read(Hello hello) throws IOException {
    if (hello.getProtocolMin() > Frames.PROTOCOL || hello.getProtocolMax() < Frames.PROTOCOL) {
      throw new IOException(
          "it speaks protocol %d to %d, this side speaks %d; use a matching version of the SDK"
              .formatted(hello.getProtocolMin(), hello.getProtocolMax(), Frames.PROTOCOL));
    }
    return new Peer.Greeting(
        hello.hasModule()
            ? Optional.of(ModuleInfoCodec.decode(hello.getModule()))
            : Optional.empty(),
        hello.getToken(),
        hello.getInstance(),
        calls(hello.getLimits()));
  }

  static Peer.Greeting read(Welcome welcome) throws IOException {
    if (welcome.getProtocol() != Frames.PROTOCOL) {
      throw new IOException(
          "it chose protocol %d, this side speaks %d"
              .formatted(welcome.getProtocol(), Frames.PROTOCOL));
    }
    return new Peer.Greeting(
        welcome.hasModule()
            ? Optional.of(ModuleInfoCodec.decode(welcome.getModule()))
            : Optional.empty(),
        ByteString.EMPTY,
        welcome.getInstance(),
        calls(welcome.getLimits()));
  }

  /// Beyond what Java counts there is no limit that anybody reaches.
  private static int calls(Limits limits) {
    return Math.max(0, limits.getMaxOpenCalls());
  }
}
