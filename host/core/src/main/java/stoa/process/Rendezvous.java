package stoa.process;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stoa.router.SocketFolder;
import stoa.wire.Connection;
import stoa.wire.Listener;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.Transport;

/// The socket on which children of the host report, each with the one-time token that it was given.
/// Opened at the first child, in a folder that only this user can enter.
final class Rendezvous implements AutoCloseable {
  private final Supplier<Loop> loop;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Reporting> expected = new ConcurrentHashMap<>();
  private @Nullable Listener listener; // guarded by this
  private final SocketFolder folder = new SocketFolder();

  Rendezvous(Supplier<Loop> loop) {
    this.loop = loop;
  }

  /// Who waits for a child.
  interface Reporting {
    /// @return what the child's connection is to talk to
    Peer reported(Connection connection);
  }

  /// What a child needs to know.
  record Invitation(Path socket, String token) {}

  Invitation invite(Reporting reporting) throws IOException {
    byte[] token = new byte[16];
    random.nextBytes(token);
    String text = HexFormat.of().formatHex(token);
    Path socket = socket();
    expected.put(text, reporting);
    return new Invitation(socket, text);
  }

  /// The child will not come any more.
  void forget(Invitation invitation) {
    expected.remove(invitation.token());
  }

  private synchronized Path socket() throws IOException {
    if (listener == null) {
      listener = Listener.open(folder.path().resolve("s"), loop.get(), this::arrived);
    }
    return listener.path();
  }

  private void arrived(Transport transport) {
    new Arrival(this).begin(transport);
  }

  /// Takes the reporting for a token, once.
  @Nullable Reporting redeem(byte[] token) {
    return expected.remove(HexFormat.of().formatHex(token));
  }

  @Override
  public synchronized void close() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
    folder.close();
  }
}
