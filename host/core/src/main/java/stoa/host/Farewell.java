package stoa.host;

/// Why a host that stands alone is to end.
public enum Farewell {
  /// Nobody has used it for so long.
  IDLE,
  /// The process that it was started for has gone.
  ABANDONED,
  /// The user wants it to, when its calls have ended.
  STOP,
  /// The user wants it to, at once.
  STOP_NOW
}
