package stoa.polyglot.context;

import java.util.function.IntSupplier;

/// Has garbage collected before a host would refuse one more reference: it counts those that the
/// guests have forgotten, but not given back yet. A host's quota is 100,000 (PROTOCOL.md,
/// "Limits"). On the context's thread.
final class Brink {
  static final int NEAR = 90_000;

  private static final int STEP = 5_000;
  private static final int LAST = 99_000;

  private final Runnable collection;
  private int next = NEAR;

  /// @param collection has forgotten references given back
  Brink(Runnable collection) {
    this.collection = collection;
  }

  /// There is one more.
  void rises(IntSupplier references) {
    if (references.getAsInt() >= next) {
      collection.run();
      next = Math.clamp(references.getAsInt() + STEP, NEAR, LAST);
    }
  }
}
