package stoa.wire;

import java.io.IOException;
import java.util.List;
import stoa.call.Failure;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.v1.Cancel;
import stoa.v1.Credit;
import stoa.v1.End;
import stoa.value.Encoded;
import stoa.wire.Frames.Chunk;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;

/// Writes what is said in a call as frames.
record CallFrames(Transport transport) {
  void send(long call, Signal signal) {
    switch (signal) {
      case Signal.Item(Payload payload) -> payload(call, Kind.ITEM, payload);
      case Signal.Returned(Payload payload) -> payload(call, Kind.RETURNED, payload);
      case Signal.Failed(Failure failure) ->
          body(call, Kind.FAILED, FailureCodec.encode(failure).toByteArray());
      case Signal.End _ -> body(call, Kind.END, End.getDefaultInstance().toByteArray());
      case Signal.Credit(int items) ->
          body(call, Kind.CREDIT, Credit.newBuilder().setItems(items).build().toByteArray());
      case Signal.Cancel(String reason) ->
          body(call, Kind.CANCEL, Cancel.newBuilder().setReason(reason).build().toByteArray());
    }
  }

  void body(long call, Kind kind, byte[] body) {
    transport.write(out -> Frames.write(out, call, kind, body));
  }

  private void payload(long call, Kind kind, Payload payload) {
    Encoded encoded = payload.encoded();
    Chunk first = Chunk.first(encoded.bytes());
    parts(call, kind, PayloadBody.head(!first.last(), encoded.references()), first);
  }

  /// A payload in as many frames as it needs.
  void parts(long call, Kind kind, byte[] head, Chunk first) {
    transport.write(out -> {
      Frames.write(out, call, kind, head, first);
      Chunk chunk = first;
      while (!chunk.last()) {
        chunk = chunk.next();
        byte[] more = PayloadBody.head(!chunk.last(), List.of());
        Frames.write(out, call, Kind.PART, more, chunk);
      }
    });
  }

  static Signal.Credit credit(Incoming frame) throws IOException {
    int items = Credit.parseFrom(frame.body()).getItems();
    if (items <= 0) {
      throw new IOException("credit of " + Integer.toUnsignedString(items) + " items");
    }
    return new Signal.Credit(items);
  }
}
