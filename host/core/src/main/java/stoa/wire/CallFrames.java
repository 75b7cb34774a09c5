package stoa.wire;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.List;
import stoa.call.Failure;
import stoa.call.Signal;
import stoa.wire.Frames.Chunk;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;

/// Writes what is said in a call as frames.
record CallFrames(Transport transport) {
  /// What carries no payload.
  void send(long call, Signal signal) {
    switch (signal) {
      case Signal.Failed(Failure failure) ->
          body(call, Kind.FAILED, FailureCodec.encode(failure).toByteArray());
      case Signal.End _ -> body(call, Kind.END, Frames.NOTHING);
      case Signal.Credit(int items) ->
          body(call, Kind.CREDIT, new Fields().number(1, items).taken());
      case Signal.Cancel(String reason) -> body(call, Kind.CANCEL, Fields.text(reason));
      case Signal.Accepted accepted ->
          body(call, Kind.ACCEPTED, Channels.accepted(accepted).toByteArray());
      case Signal.Item _, Signal.Returned _, Signal.Part _, Signal.Room _ ->
          throw new IllegalArgumentException("said by another method: " + signal);
    }
  }

  /// How many bytes wait to be sent, of all calls.
  long queued() {
    return transport.queued();
  }

  void body(long call, Kind kind, byte[] body) {
    transport.write(out -> Frames.write(out, call, kind, body));
  }

  /// A payload, or the first of its parts.
  void opening(long call, Kind kind, byte[] head, Chunk first) {
    transport.write(out -> Frames.write(out, call, kind, head, first));
  }

  void part(long call, Chunk chunk, boolean more) {
    opening(call, Kind.PART, PayloadBody.head(more, List.of()), chunk);
  }

  void room(long call, int bytes) {
    body(call, Kind.CREDIT, new Fields().number(2, bytes).taken());
  }

  /// What a Credit says: of items or of bytes.
  static List<Signal> credit(Incoming frame) throws IOException {
    int items = 0;
    int bytes = 0;
    CodedInputStream in = CodedInputStream.newInstance(frame.body());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | Fields.VARINT -> items = in.readUInt32();
        case 2 << 3 | Fields.VARINT -> bytes = in.readUInt32();
        default -> in.skipField(tag);
      }
    }
    if (items < 0 || bytes < 0 || (items == 0 && bytes == 0)) {
      throw new IOException(
          "credit of %s items and %s bytes"
              .formatted(Integer.toUnsignedString(items), Integer.toUnsignedString(bytes)));
    }
    if (items > 0 && bytes > 0) {
      return List.of(new Signal.Credit(items), new Signal.Room(bytes));
    }
    return List.of(items > 0 ? new Signal.Credit(items) : new Signal.Room(bytes));
  }
}
