package stoa.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stoa.module.ModuleInfo;
import stoa.wire.Connection.Side;

/// What one of the first two frames says: PROTOCOL.md, "Handshake".
///
/// @param features of the other side
record Handshake(List<String> features, Peer.Greeting greeting) {
  private static final byte[] LIMITS = new Fields().number(1, Frames.MAX_FRAME).taken();

  static byte[] hello(Side.Dialler dialler) {
    Fields hello = new Fields().number(1, Frames.PROTOCOL).number(2, Frames.PROTOCOL);
    Features.offered().forEach(feature -> hello.text(3, feature));
    if (dialler.echo()) {
      hello.text(3, Features.ECHO);
    }
    hello.bytes(4, LIMITS);
    dialler.self().ifPresent(info -> hello.bytes(5, ModuleInfoCodec.encode(info).toByteArray()));
    if (dialler.token().length > 0) {
      hello.bytes(6, dialler.token());
    }
    return hello.text(7, dialler.instance()).taken();
  }

  byte[] welcome(Side.Acceptor acceptor, String instance) {
    Fields welcome = new Fields().number(1, Frames.PROTOCOL);
    Features.common(features).forEach(feature -> welcome.text(2, feature));
    welcome.bytes(3, LIMITS);
    acceptor.self().ifPresent(info -> welcome.bytes(4, ModuleInfoCodec.encode(info).toByteArray()));
    return welcome.text(5, instance).taken();
  }

  /// @throws IOException if it is no Hello, or of another protocol
  static Handshake readHello(ByteBuffer body) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    Reading hello = new Reading();
    long min = 0;
    long max = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | Fields.VARINT -> min = Integer.toUnsignedLong(in.readUInt32());
        case 2 << 3 | Fields.VARINT -> max = Integer.toUnsignedLong(in.readUInt32());
        case 3 << 3 | Fields.LENGTH -> hello.features.add(in.readStringRequireUtf8());
        case 4 << 3 | Fields.LENGTH -> hello.limits(in);
        case 5 << 3 | Fields.LENGTH -> hello.module(in);
        case 6 << 3 | Fields.LENGTH -> hello.token = in.readBytes();
        case 7 << 3 | Fields.LENGTH -> hello.instance = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    if (min > Frames.PROTOCOL || max < Frames.PROTOCOL) {
      throw new IOException(
          "it speaks protocol %d to %d, this side speaks %d; use a matching version of the SDK"
              .formatted(min, max, Frames.PROTOCOL));
    }
    return hello.done();
  }

  /// @throws IOException if it is no Welcome, or of another protocol
  static Handshake readWelcome(ByteBuffer body) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    Reading welcome = new Reading();
    long protocol = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | Fields.VARINT -> protocol = Integer.toUnsignedLong(in.readUInt32());
        case 2 << 3 | Fields.LENGTH -> welcome.features.add(in.readStringRequireUtf8());
        case 3 << 3 | Fields.LENGTH -> welcome.limits(in);
        case 4 << 3 | Fields.LENGTH -> welcome.module(in);
        case 5 << 3 | Fields.LENGTH -> welcome.instance = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    if (protocol != Frames.PROTOCOL) {
      throw new IOException(
          "it chose protocol %d, this side speaks %d".formatted(protocol, Frames.PROTOCOL));
    }
    return welcome.done();
  }

  /// What both have, in the making.
  private static final class Reading {
    private final List<String> features = new ArrayList<>();
    private int maxOpenCalls;
    private Optional<ModuleInfo> module = Optional.empty();
    private ByteString token = ByteString.EMPTY;
    private String instance = "";

    void limits(CodedInputStream in) throws IOException {
      int end = in.pushLimit(in.readRawVarint32());
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == (2 << 3 | Fields.VARINT)) {
          // Beyond what Java counts there is no limit that anybody reaches.
          maxOpenCalls = Math.max(0, in.readUInt32());
        } else {
          in.skipField(tag);
        }
      }
      in.popLimit(end);
    }

    void module(CodedInputStream in) throws IOException {
      module =
          Optional.of(ModuleInfoCodec.decode(stoa.v1.ModuleInfo.parseFrom(in.readByteArray())));
    }

    Handshake done() {
      return new Handshake(
          features,
          new Peer.Greeting(
              module, token, instance, maxOpenCalls, features.contains(Features.ECHO)));
    }
  }
}
