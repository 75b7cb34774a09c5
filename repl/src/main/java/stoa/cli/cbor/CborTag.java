package stoa.cli.cbor;

/// The tags that a value may have: RFC 8949, section 3.4.
final class CborTag {
  /// Text of RFC 3339. The one form of an instant that keeps nanoseconds and that others know.
  static final int DATE_TIME = 0;

  /// Seconds since 1970.
  static final int EPOCH = 1;

  static final int POSITIVE = 2;
  static final int NEGATIVE = 3;

  private CborTag() {}
}
