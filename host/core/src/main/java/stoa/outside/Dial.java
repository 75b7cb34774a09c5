package stoa.outside;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import stoa.grant.NetPattern;

/// Whom a channel to the module `stoa` leads to: `tcp:HOST:PORT`, or `tls:HOST:PORT`.
///
/// @param host as [NetPattern#host] gives it
record Dial(boolean secure, String host, int port) {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// @param topic what the channel is for
  /// @throws IllegalArgumentException with what follows the name of the channel
  static Dial of(String topic) {
    boolean secure = topic.startsWith("tls:");
    if (!secure && !topic.startsWith("tcp:")) {
      throw new IllegalArgumentException(
          "a channel to `stoa` is for `tcp:HOST:PORT` or `tls:HOST:PORT`");
    }
    NetPattern to = NetPattern.of(topic.substring("tcp:".length()));
    if (!to.namesOne() || to.port() == 0) {
      throw new IllegalArgumentException("one host and one port are needed");
    }
    return new Dial(secure, to.host(), to.port());
  }

  /// `HOST:PORT`, as grants name it.
  String where() {
    return NetPattern.text(host, port);
  }

  /// Connects to the first of these addresses that answers, and to no other.
  ///
  /// @param trust whose certificates count
  Socket connect(List<InetAddress> addresses, Supplier<SSLContext> trust) throws IOException {
    Socket socket = first(addresses);
    if (!secure) {
      return socket;
    }
    try {
      return secured(socket, trust.get());
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static int millisLeft(long end) throws SocketTimeoutException {
    long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("it did not answer in time");
    }
    return Math.toIntExact(left);
  }

  private Socket first(List<InetAddress> addresses) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    IOException last = new ConnectException("it has no address");
    for (InetAddress address : addresses) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, port), millisLeft(end));
        return socket;
      } catch (IOException e) {
        socket.close();
        last = e;
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
    throw last;
  }

  /// The certificate must be one for the host.
  private Socket secured(Socket plain, SSLContext trust) throws IOException {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    SSLSocket socket = (SSLSocket) trust.getSocketFactory().createSocket(plain, name, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
    socket.startHandshake();
    socket.setSoTimeout(0);
    return socket;
  }

  Duration limit() {
    return LIMIT;
  }
}
