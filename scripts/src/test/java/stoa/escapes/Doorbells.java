package stoa.escapes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Sockets outside at which nobody may ring, and one web server that was granted.
final class Doorbells implements AutoCloseable {
  private final ServerSocket tcp;
  private final DatagramSocket udp;
  private final ServerSocketChannel unix;
  private final HttpServer granted;
  private final Path path;
  private final Path secret;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger datagrams = new AtomicInteger();
  private final AtomicInteger locals = new AtomicInteger();
  private final AtomicInteger smuggled = new AtomicInteger();

  /// @param folder for a socket that has a name
  /// @param secret where the granted server sends those who ask for a file
  Doorbells(Path folder, Path secret, String token) throws IOException {
    path = folder.resolve("bell");
    this.secret = secret;
    tcp = new ServerSocket(0);
    udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    unix.bind(UnixDomainSocketAddress.of(path));
    granted = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    granted.createContext("/", this::serve);
    granted.createContext("/marker", exchange -> count(smuggled, exchange));
    granted.start();
    answer(
        "tcp",
        () -> {
          tcp.accept().close();
          connections.incrementAndGet();
        });
    answer(
        "udp",
        () -> {
          udp.receive(new DatagramPacket(new byte[512], 512));
          datagrams.incrementAndGet();
        });
    answer(
        "unix",
        () -> {
          unix.accept().close();
          locals.incrementAndGet();
        });
  }

  private interface Ring {
    void await() throws IOException;
  }

  private static void answer(String name, Ring ring) {
    Thread.ofVirtual()
        .name("doorbell-" + name)
        .start(() -> {
          try {
            while (true) {
              ring.await();
            }
          } catch (IOException e) {
            // Closed: the test is over.
          }
        });
  }

  /// `/to/STATUS/PORT` sends on to another port, `/file` to a file, `/loop` to itself.
  private void serve(HttpExchange exchange) throws IOException {
    String[] words = exchange.getRequestURI().getPath().split("/");
    switch (words.length < 2 ? "" : words[1]) {
      case "to" -> location(exchange, Integer.parseInt(words[2]), "http://127.0.0.1:" + words[3]);
      case "file" -> location(exchange, 302, secret.toUri().toString());
      case "loop" -> location(exchange, 302, "/loop");
      case "refresh" -> {
        exchange.getResponseHeaders().add("Refresh", "0; url=http://127.0.0.1:" + words[2]);
        body(exchange);
      }
      default -> body(exchange);
    }
  }

  private static void location(HttpExchange exchange, int status, String to) throws IOException {
    exchange.getResponseHeaders().add("Location", to);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static void count(AtomicInteger counter, HttpExchange exchange) throws IOException {
    counter.incrementAndGet();
    body(exchange);
  }

  private static void body(HttpExchange exchange) throws IOException {
    byte[] body = "granted".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  int granted() {
    return granted.getAddress().getPort();
  }

  Map<String, Object> told() {
    return Map.of(
        "port", tcp.getLocalPort(),
        "udp", udp.getLocalPort(),
        "unix", path.toString(),
        "granted", granted(),
        "addresses",
            List.of(
                "localhost",
                "127.1",
                "0x7f.0.0.1",
                "2130706433",
                "0177.0.0.1",
                "0.0.0.0",
                "127.0.0.2",
                "::ffff:127.0.0.1",
                "[::ffff:127.0.0.1]",
                "127.0.0.1.",
                "１２７.0.0.1"));
  }

  String counts() {
    return "%d connections, %d datagrams, %d at the Unix socket, %d smuggled"
        .formatted(connections.get(), datagrams.get(), locals.get(), smuggled.get());
  }

  @Override
  public void close() throws IOException {
    tcp.close();
    udp.close();
    unix.close();
    granted.stop(0);
  }
}
