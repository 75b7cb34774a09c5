package stoa.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Flow;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.value.Encoded;
import stoa.wire.Frames.Chunk;
import stoa.wire.Frames.Kind;

/// What this side says in one call, as frames. Cuts large payloads into parts and sends them as the
/// other side has room; what is said behind them waits for its turn. Any thread.
abstract class Talk implements Flow, TakesParts {
  final long call;
  private final CallFrames frames;

  private long room = Signal.Room.FIRST; // guarded by this
  private boolean cuts; // guarded by this; whether payloads were cut here

  /// Changed under this; read without it by who has nothing to wait for.
  private volatile @Nullable Cutting cutting;

  /// A payload that is sent in parts, and what waits behind it.
  private static final class Cutting {
    Cut payload;
    boolean passing;
    final Deque<Signal> behind = new ArrayDeque<>(4);

    Cutting(Cut payload) {
      this.payload = payload;
    }
  }

  /// @param head of the first frame
  /// @param next what is sent next; null: all is sent
  private record Cut(Kind kind, byte[] head, @Nullable Chunk next) {
    void send(CallFrames frames, long call, Chunk chunk) {
      if (chunk.offset() == 0) {
        frames.opening(call, kind, head, chunk);
      } else {
        frames.part(call, chunk, !chunk.last());
      }
    }

    Cut after(Chunk sent) {
      return new Cut(kind, head, sent.last() ? null : sent.next());
    }
  }

  /// What stands before the payload in its first frame.
  interface Head {
    byte[] bytes(boolean more);
  }

  Talk(CallFrames frames, long call) {
    this.frames = frames;
    this.call = call;
  }

  /// What the other side can do.
  abstract Features features();

  /// What was to be said cannot be: the call ends.
  abstract void cannotSay(Failure why);

  /// Something will not be said after all.
  abstract void unsaid(Signal signal);

  /// Something is about to be sent that may have to wait for room.
  abstract void fallsBehind();

  /// All that was said has been sent, after some of it had to wait.
  abstract void caughtUp();

  /// Whether something waits for room.
  final boolean isBehind() {
    return cutting != null;
  }

  /// Says something, behind what waits.
  final void say(Signal signal) {
    if (cutting == null) {
      sayNow(signal);
      return;
    }
    Cutting given = null;
    synchronized (this) {
      Cutting busy = cutting;
      if (busy != null && waits(signal)) {
        busy.behind.add(signal);
        return;
      }
      if (busy != null && !(signal instanceof Signal.Credit || signal instanceof Signal.Room)) {
        given = busy;
        cutting = null;
      }
    }
    if (given != null) {
      given.behind.forEach(this::unsaid);
    }
    sayNow(signal);
  }

  /// Whether it may not stand between the parts of a payload.
  private static boolean waits(Signal signal) {
    return switch (signal) {
      case Signal.Failed _, Signal.Cancel _, Signal.Credit _, Signal.Room _ -> false;
      case Signal.Item _, Signal.Returned _, Signal.Part _, Signal.End _, Signal.Accepted _ -> true;
    };
  }

  private void sayNow(Signal signal) {
    switch (signal) {
      case Signal.Item(Payload payload) -> payload(Kind.ITEM, payload);
      case Signal.Returned(Payload payload) -> payload(Kind.RETURNED, payload);
      case Signal.Part(byte[] bytes, boolean more, _) -> {
        if (fits(bytes.length, more)) {
          frames.part(call, Chunk.all(bytes), more);
        }
      }
      case Signal.Room(int bytes) -> {
        if (features().largePayloads()) {
          frames.room(call, bytes);
        }
      }
      case Signal.Failed _, Signal.Cancel _, Signal.Credit _, Signal.End _, Signal.Accepted _ ->
          frames.send(call, signal);
    }
  }

  private void payload(Kind kind, Payload payload) {
    Encoded encoded = payload.encoded();
    Head head = more -> PayloadBody.head(more, encoded.references());
    if (payload.goesOn()) {
      opening(kind, encoded, head);
    } else {
      whole(kind, encoded, head);
    }
  }

  /// A payload whose parts somebody else says.
  final void opening(Kind kind, Encoded encoded, Head head) {
    if (fits(encoded.bytes().length, true)) {
      frames.opening(call, kind, head.bytes(true), Chunk.all(encoded.bytes()));
    }
  }

  final void whole(Kind kind, Encoded encoded, Head head) {
    Chunk first = Chunk.first(encoded.bytes());
    if (first.last()) {
      frames.opening(call, kind, head.bytes(false), first);
    } else if (features().largePayloads() || encoded.bytes().length <= Signal.Room.FIRST) {
      cut(new Cut(kind, head.bytes(true), first));
    } else {
      cannotSay(Refusals.tooLargeForIt());
    }
  }

  /// Whether a part may go to a side that never says that it has room. For all others the one who
  /// cuts the parts counts.
  private boolean fits(int bytes, boolean more) {
    if (features().largePayloads()) {
      return true;
    }
    synchronized (this) {
      room -= bytes;
      if (room > 0 || (room == 0 && !more)) {
        return true;
      }
    }
    cannotSay(Refusals.tooLargeForIt());
    return false;
  }

  private void cut(Cut payload) {
    fallsBehind();
    synchronized (this) {
      cuts = true;
      if (cutting != null) {
        cutting.payload = payload; // it waited behind another one, which goOn is just passing
        return;
      }
      cutting = new Cutting(payload);
    }
    goOn();
  }

  /// The other side has room for more.
  ///
  /// @return false if that is for somebody else, whose parts passed here
  final boolean hasRoom(int bytes) {
    synchronized (this) {
      if (!cuts) {
        return false;
      }
      room += bytes;
    }
    goOn();
    return true;
  }

  private void goOn() {
    for (Signal next = next(); next != null; next = next()) {
      sayNow(next);
      synchronized (this) {
        if (cutting != null) {
          cutting.passing = false;
        }
      }
    }
    if (!isBehind()) {
      caughtUp();
    }
  }

  /// Sends parts while there is room.
  ///
  /// @return what comes next when the payload is complete
  private synchronized @Nullable Signal next() {
    Cutting busy = cutting;
    if (busy == null || busy.passing) {
      return null;
    }
    Chunk piece = busy.payload.next();
    for (; piece != null && room > 0; piece = busy.payload.next()) {
      room -= piece.length();
      busy.payload.send(frames, call, piece);
      busy.payload = busy.payload.after(piece);
    }
    if (piece != null) {
      return null;
    }
    Signal next = busy.behind.poll();
    if (next == null) {
      cutting = null;
    } else {
      busy.passing = true;
    }
    return next;
  }
}
