package stoa.router;

import stoa.call.Payload;
import stoa.call.Signal;

/// What one side of a call may send: items, and bytes of payloads in parts. So a side that ignores
/// what it was allowed cannot fill the memory of those who hold back.
final class Allowance {
  private int items;
  private int room = Signal.Room.FIRST;

  Allowance(int items) {
    this.items = items;
  }

  /// The other side takes more.
  void more(Signal signal) {
    switch (signal) {
      case Signal.Credit(int more) -> items += more;
      case Signal.Room(int bytes) -> room += bytes;
      default -> throw new IllegalArgumentException("allows nothing: " + signal);
    }
  }

  /// @return whether an item more was allowed
  boolean item() {
    return --items >= 0;
  }

  /// @return whether what it carries in parts was allowed
  boolean parts(Signal signal) {
    return signal instanceof Signal.Part(byte[] bytes, _, _)
        ? take(bytes.length)
        : parts(signal.content());
  }

  boolean parts(Payload payload) {
    return !payload.goesOn() || take(payload.encoded().bytes().length);
  }

  private boolean take(int bytes) {
    boolean open = room > 0;
    room -= bytes;
    return open;
  }
}
