package stoa.outside;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import stoa.value.Value;

/// A connection to another machine as a channel: bytes in both directions, each as fast as the
/// slower side takes them, each ended by itself. Connects to exactly the address that was checked.
///
/// @param gate what the opener may reach
/// @param trust whose certificates count
record Conversation(Gate gate, Supplier<SSLContext> trust) implements Handling.Work {
  /// Bytes of an item.
  private static final int LARGEST = 64 << 10;

  @Override
  public Value run(Handling handling) throws InterruptedException {
    Dial dial = Dial.of(handling.method());
    List<InetAddress> addresses = gate.addresses(dial.host(), dial.port());
    NetFailures failures = new NetFailures(dial.where());
    try (Socket socket = dial.connect(addresses, trust)) {
      handling.accept();
      talk(handling, socket);
      return Value.NULL;
    } catch (SocketTimeoutException e) {
      throw failures.timeout(dial.limit(), e);
    } catch (IOException e) {
      // A socket that is closed by an interrupt says something else.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw failures.of(e);
    }
  }

  private static void talk(Handling handling, Socket socket)
      throws IOException, InterruptedException {
    Hearing hearing = new Hearing(handling, socket.getInputStream(), Thread.currentThread());
    Thread thread = Thread.ofVirtual().name("stoa-" + handling.method()).start(hearing);
    try {
      say(handling, socket.getOutputStream());
      socket.shutdownOutput();
      thread.join();
    } catch (IOException | InterruptedException e) {
      hearing.throwIfBroken();
      throw e;
    } finally {
      socket.close();
      thread.interrupt();
    }
    hearing.throwIfBroken();
  }

  private static void say(Handling handling, OutputStream out)
      throws IOException, InterruptedException {
    for (Optional<Value> next = handling.next(); next.isPresent(); next = handling.next()) {
      if (!(next.get() instanceof Value.Bytes bytes)) {
        throw new IllegalArgumentException(
            "a connection takes bytes, not " + Shown.of(next.get()));
      }
      bytes.value().writeTo(out);
      out.flush();
      handling.consumed();
    }
  }

  /// What the other machine says goes to the opener.
  private static final class Hearing implements Runnable {
    private final Handling handling;
    private final InputStream in;
    private final Thread talker;
    private volatile @Nullable IOException broken;

    Hearing(Handling handling, InputStream in, Thread talker) {
      this.handling = handling;
      this.in = in;
      this.talker = talker;
    }

    @Override
    public void run() {
      try {
        byte[] buffer = new byte[LARGEST];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          handling.item(new Value.Bytes(ByteString.copyFrom(buffer, 0, count)));
        }
        handling.end();
      } catch (IOException e) {
        broken = e;
        talker.interrupt();
      } catch (InterruptedException e) {
        // nobody listens any more
      }
    }

    void throwIfBroken() throws IOException {
      IOException known = broken;
      if (known != null) {
        var _ = Thread.interrupted(); // it was meant to tell the talker this
        throw known;
      }
    }
  }
}
