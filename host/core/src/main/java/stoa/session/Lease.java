package stoa.session;

/// Whether one client counts. It does unless it was asked and has not been heard for a while:
/// stopped, or computing. It counts again with its next frame. Guarded by [Leases].
final class Lease {
  private static final long NEVER = -1;

  private long frames = -1;
  private long heardAt;
  private long askedFirst = NEVER;
  private long askedLast = NEVER;

  /// @param reads how often something has come from the client so far
  /// @param time now, as [Leases] counts it, nanoseconds
  /// @return whether it was heard lately
  boolean isHeard(long reads, long time) {
    if (reads != frames) {
      frames = reads;
      heardAt = time;
      askedFirst = NEVER;
      askedLast = NEVER;
    }
    return time - heardAt < Leases.ASK;
  }

  /// Whether it is worth asking now.
  boolean mayBeAsked(long time) {
    return time - Math.max(heardAt, askedLast) >= Leases.ASK;
  }

  void asked(long time) {
    askedFirst = askedFirst == NEVER ? time : askedFirst;
    askedLast = time;
  }

  /// Whether the client counts.
  boolean counts(long time) {
    return askedFirst == NEVER || time - askedFirst < Leases.ANSWER;
  }
}
