package stoa.grant;

import java.net.IDN;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/// Hosts and ports that a grant covers: `HOST:PORT`, `HOST:*`, `*.example.org:443`, `*:443`, `*`,
/// `[::1]:80`.
///
/// Names are compared, never addresses: `*.example.org` covers each name below it, not
/// `example.org` itself. An address is written in one way only. The others that systems understand
/// (`0x7f.1`, `2130706433`, `127.1`) are refused, because a grant for one would not be seen to
/// cover the other.
///
/// @param host as [#host] gives it; `*` or `*.` and a domain stand for many
/// @param port 0: any
public record NetPattern(String host, int port) {
  private static final int MAX_PORT = 65_535;
  private static final int LONGEST_NAME = 253;
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

  /// What systems take for a number: such a name would be an address.
  private static final Pattern NUMBER_AT_END = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

  /// @throws IllegalArgumentException with a sentence if it is none
  public static NetPattern of(String text) {
    if (text.equals("*")) {
      return new NetPattern("*", 0);
    }
    int colon = text.lastIndexOf(':');
    boolean portless =
        colon <= 0 || colon == text.length() - 1 || text.endsWith("]") || text.contains("/");
    if (portless) {
      throw new IllegalArgumentException(
          "`" + text + "` names no port: write HOST:PORT, or HOST:* for all ports");
    }
    String port = text.substring(colon + 1);
    return new NetPattern(pattern(text.substring(0, colon)), port(text, port));
  }

  private static String pattern(String host) {
    if (host.equals("*")) {
      return host;
    }
    if (!host.startsWith("*.")) {
      return host(host);
    }
    String domain = host(host.substring(2));
    if (isAddress(domain)) {
      throw new IllegalArgumentException(
          "`" + host + "`: only names can begin with `*.`, and `" + domain + "` is an address");
    }
    return "*." + domain;
  }

  private static int port(String text, String port) {
    if (port.equals("*")) {
      return 0;
    }
    int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
    if (number < 1 || number > MAX_PORT) {
      throw new IllegalArgumentException("`" + text + "`: the port must be 1 to 65535, or `*`");
    }
    return number;
  }

  /// The name of a host in the one form in which it is compared: lower case, without a dot at the
  /// end; an address in its shortest form, an IPv6 one in brackets. Looks nothing up.
  ///
  /// @throws IllegalArgumentException with a sentence if it is no name of a host, or an address in
  ///   another form than the usual one
  public static String host(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      return ofIpv6(text, name.substring(1, name.length() - 1));
    }
    if (name.contains(":")) {
      throw new IllegalArgumentException(
          "`" + text + "`: an IPv6 address stands in brackets, `[::1]:80`");
    }
    name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (NUMBER_AT_END.matcher(name).matches()) {
      return ofIpv4(text, name);
    }
    if (!NAME.matcher(name).matches() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("`" + text + "` is no name of a host" + ascii(text));
    }
    return name;
  }

  private static String ascii(String text) {
    try {
      String ascii = IDN.toASCII(text);
      return ascii.equals(text) ? "" : ": write it as `" + ascii + "`";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static String ofIpv4(String text, String digits) {
    try {
      String usual = Inet4Address.ofLiteral(digits).getHostAddress();
      if (usual.equals(digits)) {
        return usual;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "`" + text + "` is no address in its usual form, `127.0.0.1`");
  }

  private static String ofIpv6(String text, String address) {
    if (address.contains("%")) {
      throw new IllegalArgumentException(
          "`" + text + "`: an address must not name a network interface");
    }
    try {
      InetAddress known = Inet6Address.ofLiteral(address);
      // An IPv4 address that dresses up as one of IPv6 is what it is.
      return known instanceof Inet6Address six ? "[" + shortest(six) + "]" : known.getHostAddress();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("`" + text + "` is no IPv6 address", e);
    }
  }

  /// As RFC 5952 writes it.
  private static String shortest(Inet6Address address) {
    String full = address.getHostAddress();
    String zeros = "";
    for (int length = 8; length >= 2 && zeros.isEmpty(); length--) {
      String run = ":0".repeat(length) + ":";
      zeros = (":" + full + ":").contains(run) ? run : "";
    }
    if (zeros.isEmpty()) {
      return full;
    }
    String marked = (":" + full + ":").replaceFirst(zeros, "::");
    String begun = marked.startsWith("::") ? marked : marked.substring(1);
    return begun.endsWith("::") ? begun : begun.substring(0, begun.length() - 1);
  }

  private static boolean isAddress(String host) {
    return host.startsWith("[") || NUMBER_AT_END.matcher(host).matches();
  }

  /// A host and a port, as a grant names them.
  ///
  /// @param host as [#host] gives it
  public static String text(String host, int port) {
    return host + ":" + port;
  }

  /// As it is written.
  public String text() {
    return host.equals("*") && port == 0 ? "*" : host + ":" + (port == 0 ? "*" : port);
  }

  /// Whether it names one host, rather than many that nobody has thought of one by one.
  public boolean namesOne() {
    return !host.startsWith("*");
  }

  /// @param to as [#host] gives it
  public boolean matches(String to, int toPort) {
    boolean fits =
        host.equals("*")
            || (namesOne()
                ? to.equals(host)
                : to.endsWith(host.substring(1)) && to.length() >= host.length() && !isAddress(to));
    return fits && (port == 0 || port == toPort);
  }

  /// @param wanted `HOST:PORT`
  boolean covers(String wanted) {
    try {
      NetPattern one = of(wanted);
      return one.namesOne() && one.port != 0 && matches(one.host, one.port);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
