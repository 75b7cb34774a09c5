package stoa.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import stoa.v1.Hello;
import stoa.value.Encoded;
import stoa.value.Json;
import stoa.value.MalformedValueException;
import stoa.value.Value;
import stoa.value.ValueCodec;

/// What a fuzzer calls, in a process of its own ([DecoderFuzzTest]). The first byte says which
/// decoder gets the rest.
public final class DecoderFuzz {
  static final byte FRAMES = 0;
  static final byte VALUE = 1;
  static final byte ARGUMENTS = 2;
  static final byte JSON = 3;

  private static final byte[] HELLO = hello();

  private DecoderFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(data, 1, data.length);
    switch (data[0] & 3) {
      case FRAMES -> frames(rest);
      case VALUE -> value(rest);
      case ARGUMENTS -> arguments(rest);
      default -> json(new String(rest, StandardCharsets.UTF_8));
    }
  }

  /// Whatever comes after a handshake, in two reads: a connection never throws.
  private static void frames(byte[] bytes) {
    Connection connection =
        Connection.start(
            new SilentTransport(),
            new Connection.Side.Acceptor(Optional.empty()),
            new TransportContract.FakePeer());
    connection.received(ByteBuffer.wrap(HELLO));
    connection.received(ByteBuffer.wrap(bytes, 0, bytes.length / 2));
    connection.received(ByteBuffer.wrap(bytes, bytes.length / 2, bytes.length - bytes.length / 2));
    connection.closed("over");
  }

  /// What is decoded is encoded and decoded to the same.
  private static void value(byte[] bytes) {
    try {
      Value value = ValueCodec.decode(new Encoded(bytes, List.of()));
      Value again = ValueCodec.decode(ValueCodec.encode(value));
      if (!again.equals(value)) {
        throw new AssertionError(value + " became " + again);
      }
    } catch (MalformedValueException e) {
      // Refused, as it should be.
    }
  }

  private static void arguments(byte[] bytes) {
    try {
      ValueCodec.decodeArguments(new Encoded(bytes, List.of()));
    } catch (MalformedValueException e) {
      // Refused, as it should be.
    }
  }

  private static void json(String text) {
    Optional<Value> value = Json.tryRead(text);
    if (value.isPresent() && !Json.read(Json.write(value.get())).equals(value.get())) {
      throw new AssertionError(text + " is written " + Json.write(value.get()));
    }
  }

  private static byte[] hello() {
    Hello hello =
        Hello.newBuilder()
            .setProtocolMin(1)
            .setProtocolMax(1)
            .addAllFeatures(Features.offered())
            .build();
    Outbox out = new Outbox();
    out.bytes(Frames.PREFACE);
    Frames.write(out, 0, Frames.Kind.HELLO, hello.toByteArray());
    return out.taken();
  }
}
