package stoa.grant;

import java.util.Locale;

/// Hosts and ports that a grant covers: `HOST:PORT`, `HOST:*`, `*.example.org:443`, `*:443`, `*`,
/// `[::1]:80`.
///
/// @param host in lower case; `*` or `*.` and a domain stand for many
/// @param port 0: any
record NetPattern(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /// @throws IllegalArgumentException with a sentence if it is none
  static NetPattern of(String text) {
    if (text.equals("*")) {
      return new NetPattern("*", 0);
    }
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw new IllegalArgumentException(
          "`" + text + "` names no port: write HOST:PORT, or HOST:* for all ports");
    }
    String port = text.substring(colon + 1);
    return new NetPattern(text.substring(0, colon).toLowerCase(Locale.ROOT), port(text, port));
  }

  private static int port(String text, String port) {
    if (port.equals("*")) {
      return 0;
    }
    if (port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= MAX_PORT) {
      return Integer.parseInt(port);
    }
    throw new IllegalArgumentException("`" + text + "`: the port must be 1 to 65535, or `*`");
  }

  /// @param wanted `HOST:PORT`
  boolean covers(String wanted) {
    NetPattern one = of(wanted);
    boolean fits =
        host.equals("*")
            || (host.startsWith("*.")
                ? one.host.endsWith(host.substring(1))
                : one.host.equals(host));
    return fits && (port == 0 || port == one.port);
  }
}
