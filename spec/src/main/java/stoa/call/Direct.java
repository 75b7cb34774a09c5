package stoa.call;

/// Where the two ends of a channel meet without the host, who told both of it.
///
/// @param path of a Unix socket; empty while the host has not chosen one
/// @param token what the one who connects shows, in hex
/// @param proof what the one who waits shows, in hex
public record Direct(String path, String token, String proof) {
  /// Asks the host for one.
  public static final Direct WANTED = new Direct("", "", "");

  /// Whether it is only asked for.
  public boolean wanted() {
    return path.isEmpty();
  }

  @Override
  public String toString() {
    return "Direct[" + path + "]";
  }
}
