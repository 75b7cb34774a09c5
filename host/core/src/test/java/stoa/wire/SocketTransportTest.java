package stoa.wire;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

class SocketTransportTest extends TransportContract {
  private final Loop loop = Loop.start("test-loop");
  private Listener listener;
  private Path folder;

  @Override
  Ends connect() throws IOException {
    folder = Files.createTempDirectory("stoa");
    CompletableFuture<Transport> accepted = new CompletableFuture<>();
    listener = Listener.open(folder.resolve("s"), loop, accepted::complete);
    Transport dialled = SocketTransport.connect(UnixDomainSocketAddress.of(listener.path()), loop);
    return new Ends(dialled, accepted.join());
  }

  @Override
  void release() {
    listener.close();
    loop.close();
    try {
      Files.delete(folder);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
