package stoa.router;

import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;

/// What one side of a call may send: items, and bytes of payloads in parts. So a side that ignores
/// what it was allowed cannot fill the memory of those who hold back.
final class Allowance {
  private final Watch watch;
  private int items;
  private int room = Signal.Room.FIRST;
  private boolean usedUp;

  /// Hears of the items.
  interface Watch {
    Watch NONE =
        new Watch() {
          @Override
          public void usedUp() {}

          @Override
          public void more() {}
        };

    /// The last item that was allowed is there.
    void usedUp();

    /// There may be items again.
    void more();
  }

  Allowance(int items, Watch watch) {
    this.items = items;
    this.watch = watch;
  }

  /// What the caller may send, of which it has used what its argument takes.
  static Allowance ofCaller(Invocation invocation) {
    boolean streams = invocation.terms().shape().streams();
    Allowance allowance = new Allowance(streams ? Invocation.INITIAL_CREDIT : 0, Watch.NONE);
    allowance.parts(invocation.argument());
    return allowance;
  }

  /// The other side takes more.
  void more(Signal signal) {
    switch (signal) {
      case Signal.Credit(int more) -> {
        items += more;
        if (usedUp && items > 0) {
          usedUp = false;
          watch.more();
        }
      }
      case Signal.Room(int bytes) -> room += bytes;
      default -> throw new IllegalArgumentException("allows nothing: " + signal);
    }
  }

  /// @return whether an item more was allowed
  boolean item() {
    items--;
    if (items == 0) {
      usedUp = true;
      watch.usedUp();
    }
    return items >= 0;
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
