package stoa.outside;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import stoa.grant.NetPattern;

/// An address of the web, in the one form in which it is checked and used: what is asked for is
/// what was granted, however it was written.
///
/// @param scheme `http` or `https`
/// @param host as [NetPattern#host] gives it
/// @param port always set
/// @param uri without user, password and fragment
record WebAddress(String scheme, String host, int port, URI uri) {
  private static final int MAX_PORT = 65_535;

  /// @throws IllegalArgumentException with what follows the name of the method
  static WebAddress of(String text) {
    try {
      return of(new URI(text));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "`%s` is no URL: %s".formatted(Shown.shortened(text), e.getReason()), e);
    }
  }

  private static WebAddress of(URI given) {
    String shown = Shown.shortened(given.toString());
    String scheme = String.valueOf(given.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("`" + shown + "` must begin with http:// or https://");
    }
    if (given.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "a URL with a user in it is not taken: say it in the header `authorization`");
    }
    if (given.getHost() == null) {
      throw new IllegalArgumentException(
          "`%s` names no host, or not in its plain form".formatted(shown));
    }
    String host = NetPattern.host(given.getHost());
    int port = given.getPort() == -1 ? standard(scheme) : given.getPort();
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("`" + shown + "`: the port must be 1 to 65535");
    }
    return new WebAddress(scheme, host, port, plain(scheme, host, port, given));
  }

  private static URI plain(String scheme, String host, int port, URI given) {
    String authority = port == standard(scheme) ? host : host + ":" + port;
    String path = given.getRawPath().isEmpty() ? "/" : given.getRawPath();
    String query = given.getRawQuery() == null ? "" : "?" + given.getRawQuery();
    return URI.create(scheme + "://" + authority + path + query);
  }

  private static int standard(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }

  /// Where a redirect leads from here.
  ///
  /// @throws IllegalArgumentException if it is no address of the web
  WebAddress to(String location) {
    return of(uri.resolve(URI.create(escaped(location))));
  }

  /// Many servers forget to escape what no URL may have in it.
  private static String escaped(String location) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : location.getBytes(StandardCharsets.ISO_8859_1)) {
      boolean plain = b > ' ' && "\"<>\\^`{|}\u007f".indexOf(b) < 0;
      escaped.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b));
    }
    return escaped.toString();
  }

  /// Whether what was meant for one may be told to the other (RFC 6454).
  boolean sameOrigin(WebAddress other) {
    return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
  }

  /// `HOST:PORT`, as grants name it.
  String where() {
    return NetPattern.text(host, port);
  }
}
