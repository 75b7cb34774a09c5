package stoa.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;

/// A Unix socket that takes connections.
public final class Listener implements Loop.Ready, AutoCloseable {
  /// The longest path that the kernel takes, in bytes.
  public static final int MAX_PATH = 107;

  private static final long PAUSE_MILLIS = 100;

  private final ServerSocketChannel server;
  private final Path path;
  private final Loop loop;
  private final Consumer<Transport> taker;
  private final UserPrincipal owner;

  private Listener(ServerSocketChannel server, Path path, Loop loop, Consumer<Transport> taker)
      throws IOException {
    this.owner = Files.getOwner(path); // whoever made the socket: this process
    this.server = server;
    this.path = path;
    this.loop = loop;
    this.taker = taker;
  }

  /// @param path must not exist, and be at most [#MAX_PATH] bytes
  /// @param taker is given each new connection on the loop's thread
  public static Listener open(Path path, Loop loop, Consumer<Transport> taker) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), 512);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    Listener listener = new Listener(server, path, loop, taker);
    loop.register(server, SelectionKey.OP_ACCEPT, listener);
    return listener;
  }

  public Path path() {
    return path;
  }

  @Override
  public void ready(SelectionKey key) {
    try {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      if (isOfOwner(channel)) {
        taker.accept(new SocketTransport(channel, loop));
      } else {
        channel.close();
      }
    } catch (IOException e) {
      // No descriptor is left, most likely. Who has come waits in the kernel's queue.
      pause(key);
    }
  }

  /// Whoever could open the socket though they should not have been able to is sent away.
  private boolean isOfOwner(SocketChannel channel) throws IOException {
    if (!channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)) {
      return true; // the permissions of the folder have to do
    }
    return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner);
  }

  private void pause(SelectionKey key) {
    key.interestOps(0);
    CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> loop.execute(() -> resume(key)));
  }

  private static void resume(SelectionKey key) {
    if (key.isValid()) {
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  @Override
  public void broken(String reason) {
    close();
  }

  @Override
  public void close() {
    if (!server.isOpen()) {
      return; // what is at the path by now may be somebody else's
    }
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the socket " + path, e);
    }
  }
}
