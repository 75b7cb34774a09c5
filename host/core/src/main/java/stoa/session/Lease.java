package stoa.session;

/// Whether one client counts. It does while it is heard; one that is silent, stopped or computing,
/// counts again with its next frame. Guarded by [Leases].
final class Lease {
  private long frames = -1;
  private long heardAt;
  private long askedAt;

  /// @param reads how often something has come from the client so far
  /// @param time now, as [Leases] counts it, nanoseconds
  /// @param ask has the client say something
  /// @return whether the client counts
  boolean look(long reads, long time, Runnable ask) {
    if (reads != frames) {
      frames = reads;
      heardAt = time;
    }
    long silent = time - heardAt;
    if (silent >= Leases.ASK && time - Math.max(heardAt, askedAt) >= Leases.ASK) {
      askedAt = time;
      ask.run();
    }
    return silent < Leases.SILENCE;
  }
}
