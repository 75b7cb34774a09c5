package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.security.auth.module.UnixSystem;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may connect to a socket.
class ListenerTest {
  @TempDir Path folder;
  private final Loop loop = Loop.start("test-loop");
  private final AtomicInteger taken = new AtomicInteger();
  private Path socket;
  private Listener listener;

  @BeforeEach
  void open() throws Exception {
    socket = folder.resolve("s");
    listener =
        Listener.open(
            socket,
            loop,
            transport -> {
              taken.incrementAndGet();
              transport.abort("seen");
            });
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void whoClosesTwiceTakesNothingAwayFromTheNext() throws Exception {
    listener.close();
    Files.writeString(socket, "the next one's");
    listener.close();
    assertThat(socket).exists();
  }

  @Test
  void anotherUserIsSentAwayThoughTheSocketIsOpenToAll() throws Exception {
    assumeThat(new UnixSystem().getUid()).as("only root can be somebody else").isZero();
    String connect =
        "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print(s.recv(9))";
    Process stranger =
        new ProcessBuilder(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                "/usr/bin/python3",
                "-c",
                connect,
                socket.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).as("it connected and was left").startsWith("b''");
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      await().until(() -> taken.get() == 1);
    }
    assertThat(taken).hasValue(1);
  }
}
