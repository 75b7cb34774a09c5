package stoa.outside;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Which addresses are those of the public network (RFC 6890 and its registries).
final class Addresses {
  private static final String[] SPECIAL_V4 = {
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3"
  };

  /// All that is public is in 2000::/3; of that, what is for examples or carries others.
  private static final String[] SPECIAL_V6 = {"2001::/23", "2001:db8::/32", "3fff::/20"};

  private Addresses() {}

  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return Arrays.stream(SPECIAL_V4).noneMatch(block -> isIn(bytes, block));
    }
    if (isIn(bytes, "2002::/16")) {
      return isPublic(inner(bytes, 2)); // 6to4
    }
    if (isIn(bytes, "64:ff9b::/96")) {
      return isPublic(inner(bytes, 12)); // NAT64
    }
    return isIn(bytes, "2000::/3")
        && Arrays.stream(SPECIAL_V6).noneMatch(block -> isIn(bytes, block));
  }

  /// Whether it is one of this machine, by whatever name or network it is reached.
  static boolean isHere(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return true; // nobody can say that it is not
    }
  }

  private static InetAddress inner(byte[] bytes, int from) {
    return of(Arrays.copyOfRange(bytes, from, from + 4));
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address: " + Arrays.toString(bytes), e);
    }
  }

  private static boolean isIn(byte[] address, String block) {
    int slash = block.indexOf('/');
    byte[] start = InetAddress.ofLiteral(block.substring(0, slash)).getAddress();
    int bits = Integer.parseInt(block, slash + 1, block.length(), 10);
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((address[bit / 8] & mask) != (start[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
