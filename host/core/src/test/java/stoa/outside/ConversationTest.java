package stoa.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Shape;
import stoa.call.Invocation.Terms;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.grant.Policy;
import stoa.host.Host;
import stoa.module.Grant;
import stoa.router.Identity;
import stoa.router.ModulesFolder;
import stoa.value.Arguments;
import stoa.value.Value;

@Timeout(60)
class ConversationTest {
  private static final Starter NO_PROGRAMS =
      (_, _) -> {
        throw new IOException("there are no programs");
      };

  @TempDir private static Path shared;
  private static TestTls tls;

  @TempDir Path home;
  private Policy policy;
  private Outside stoa;
  private ServerSocket server;
  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();

  @BeforeAll
  static void makeACertificate() throws Exception {
    tls = TestTls.make(shared);
  }

  @BeforeEach
  void start() throws IOException {
    policy = new Policy(Optional.of(home.resolve("grants.toml")), Optional.empty(), Map.of());
    stoa =
        new Outside(
            policy, new ModulesFolder(home.resolve("modules")), NO_PROGRAMS, () -> tls.context());
    listen(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  private void listen(ServerSocket at) {
    server = at;
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              accepted.add(at.accept());
            }
          } catch (IOException e) {
            // the test is over
          }
        });
  }

  @AfterEach
  void stop() throws IOException {
    stoa.close();
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  private String at() {
    return "localhost:" + server.getLocalPort();
  }

  private void grant(String... grants) throws IOException {
    List<Grant> given = Arrays.stream(grants).map(Grant::of).toList();
    policy.change("words", entry -> entry.with(given));
  }

  /// The opener's end.
  private static final class Opened {
    final BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
    final Flow flow;

    Opened(Invoker at, String topic, int credit) {
      Invocation channel =
          new Invocation(
              new Target.Channel("stoa", Optional.empty()),
              topic,
              Payload.of(Arguments.NONE),
              Terms.DEFAULT.with(Shape.STREAMS_IN).withCredit(credit),
              Chain.begin());
      flow = at.open(channel, heard::add);
    }

    Signal next() throws InterruptedException {
      Signal signal = heard.poll(10, TimeUnit.SECONDS);
      return signal == null ? new Signal.Cancel("nothing came") : signal;
    }

    Opened accepted() throws InterruptedException {
      assertThat(next()).isInstanceOf(Signal.Accepted.class);
      return this;
    }

    void say(String text) {
      flow.send(new Signal.Item(Payload.of(Value.of(text.getBytes(StandardCharsets.UTF_8)))));
    }

    String text() throws InterruptedException {
      Signal signal = next();
      assertThat(signal).isInstanceOf(Signal.Item.class);
      return ((Value.Bytes) signal.content().value()).value().toStringUtf8();
    }

    Failure failure() throws InterruptedException {
      Signal signal = next();
      assertThat(signal).isInstanceOf(Signal.Failed.class);
      return ((Signal.Failed) signal).failure();
    }
  }

  private Opened user(String topic) {
    return new Opened(stoa.as(Identity.User.HOST), topic, 32);
  }

  private Opened module(String topic) {
    return new Opened(stoa.as(new Identity.Module("words", "words#1")), topic, 32);
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  @Test
  void bytesGoBothWaysAndEachDirectionEndsByItself() throws Exception {
    Opened channel = user("tcp:" + at()).accepted();
    Socket socket = accepted.take();
    channel.say("hello");
    assertThat(read(socket, 5)).isEqualTo("hello");
    write(socket, "welcome");
    assertThat(channel.text()).isEqualTo("welcome");
    channel.flow.send(new Signal.End());
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    write(socket, "still here");
    assertThat(channel.text()).isEqualTo("still here");
    socket.close();
    assertThat(channel.next()).isInstanceOf(Signal.End.class);
    assertThat(channel.next()).isInstanceOf(Signal.Returned.class);
  }

  @Test
  void theOtherSideMayEndFirst() throws Exception {
    Opened channel = user("tcp:" + at()).accepted();
    Socket socket = accepted.take();
    socket.shutdownOutput();
    assertThat(channel.next()).isInstanceOf(Signal.End.class);
    channel.say("one more");
    assertThat(read(socket, 8)).isEqualTo("one more");
    channel.flow.send(new Signal.End());
    assertThat(channel.next()).isInstanceOf(Signal.Returned.class);
  }

  @Test
  void tlsIsSpokenAndTheCertificateMustFit() throws Exception {
    server.close();
    listen(
        tls.context()
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Opened channel = user("tls:" + at());
    Socket socket = accepted.take();
    Thread.ofVirtual()
        .start(() -> {
          try {
            write(socket, "welcome");
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(channel.accepted().text()).isEqualTo("welcome");
    channel.say("hello");
    assertThat(read(socket, 5)).isEqualTo("hello");
    channel.flow.send(new Signal.End());
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    Opened other = user("tls:127.0.0.1:" + server.getLocalPort());
    Socket second = accepted.take();
    Thread.ofVirtual()
        .start(() -> {
          try {
            write(second, "welcome");
          } catch (IOException e) {
            // the other side has refused the certificate
          }
        });
    Failure failure = other.failure();
    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.message()).contains("cannot speak TLS with `127.0.0.1:");
  }

  @Test
  void aModuleNeedsAGrantForHostAndPort() throws Exception {
    Failure failure = module("tcp:" + at()).failure();
    assertThat(failure.code()).isEqualTo(Code.DENIED);
    assertThat(failure.help()).isEqualTo("To allow it: stoa grant words net=" + at());
    grant("net=*");
    assertThat(module("tcp:" + at()).failure().message()).contains("a grant with `*`");
    grant("net=" + at());
    module("tcp:LOCALHOST.:" + server.getLocalPort()).accepted();
    assertThat(accepted.take()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "lobby",
        "udp:localhost:1",
        "tcp:",
        "tcp:localhost",
        "tcp:localhost:0",
        "tcp:*:80",
        "tcp:*",
        "tcp:localhost:*",
        "tcp:0x7f.1:80",
        "tcp:2130706433:80",
        "tcp:::1:80",
        "tcp:a@localhost:80",
        "tcp:localhost:80 ",
        "tcp:localhost/x:80",
        "unix:/run/x"
      })
  void aTopicThatNamesNoHostIsRefused(String topic) throws Exception {
    grant("net=*");
    assertThat(module(topic).failure().code()).isEqualTo(Code.BAD_ARGUMENT);
    assertThat(user(topic).failure().code()).isEqualTo(Code.BAD_ARGUMENT);
  }

  @Test
  void nobodyThereIsSaidWithHostAndPort() throws Exception {
    try (Socket taken = new Socket()) { // a port that nobody listens at, and nobody else gets
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String where = "127.0.0.1:" + taken.getLocalPort();
      Failure failure = user("tcp:" + where).failure();
      assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
      assertThat(failure.message()).contains("`" + where + "` takes no connections");
    }
    Failure unknown = user("tcp:no-such-host.invalid:80").failure();
    assertThat(unknown.message()).isEqualTo("there is no host `no-such-host.invalid`.");
  }

  @Test
  void aConnectionThatIsResetFailsTheChannel() throws Exception {
    Opened channel = user("tcp:" + at()).accepted();
    Socket socket = accepted.take();
    socket.setSoLinger(true, 0);
    socket.close();
    Failure failure = channel.failure();
    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure.message()).contains("the connection to `" + at() + "` broke");
  }

  @Test
  void onlyBytesGoOut() throws Exception {
    Opened channel = user("tcp:" + at()).accepted();
    Socket socket = accepted.take();
    channel.flow.send(new Signal.Item(Payload.of(new Value.Text("hello"))));
    assertThat(channel.failure().message()).contains("takes bytes, not \"hello\"");
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aCancelClosesTheConnectionWhateverItWaitsFor() throws Exception {
    Opened idle = user("tcp:" + at()).accepted();
    Socket first = accepted.take();
    idle.flow.send(new Signal.Cancel("enough"));
    assertThat(idle.failure().code()).isEqualTo(Code.CANCELLED);
    assertThat(first.getInputStream().read()).isEqualTo(-1);
    // The other side does not read: the opener's bytes are stuck.
    Opened stuck = user("tcp:" + at()).accepted();
    Socket second = accepted.take();
    for (int i = 0; i < 32; i++) {
      stuck.say("x".repeat(1 << 20));
    }
    stuck.flow.send(new Signal.Cancel("enough"));
    await().until(() -> stuck.heard.stream().anyMatch(signal -> signal instanceof Signal.Failed));
    second.close();
    // The opener takes nothing: the other side's bytes are stuck.
    Opened full = new Opened(stoa.as(Identity.User.HOST), "tcp:" + at(), 1).accepted();
    Socket third = accepted.take();
    write(third, "x");
    full.text();
    write(third, "y");
    full.flow.send(new Signal.Cancel("enough"));
    assertThat(full.failure().code()).isEqualTo(Code.CANCELLED);
  }

  @Test
  void noMoreComesInThanTheOpenerTakes() throws Exception {
    Opened channel = new Opened(stoa.as(Identity.User.HOST), "tcp:" + at(), 2).accepted();
    Socket socket = accepted.take();
    AtomicLong written = new AtomicLong();
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              socket.getOutputStream().write(new byte[1 << 16]);
              written.addAndGet(1 << 16);
            }
          } catch (IOException e) {
            // the test is over
          }
        });
    await().until(() -> channel.heard.size() == 2);
    await()
        .during(Duration.ofMillis(300))
        .until(() -> written.get() > 0 && written.get() < 32 << 20);
    assertThat(channel.heard).hasSize(2);
    channel.flow.send(new Signal.Credit(3));
    await().until(() -> channel.heard.size() == 5);
    channel.flow.send(new Signal.Cancel("enough"));
  }

  @Test
  void creditComesAsBytesGoOut() throws Exception {
    Opened channel = user("tcp:" + at()).accepted();
    Socket socket = accepted.take();
    for (int i = 0; i < 32; i++) {
      channel.say("x");
    }
    assertThat(read(socket, 32)).hasSize(32);
    assertThat(channel.next()).isEqualTo(new Signal.Credit(16));
    assertThat(channel.next()).isEqualTo(new Signal.Credit(16));
  }

  @Test
  void aHostBrokersItLikeAnyChannel() throws Exception {
    try (Host host = Host.builder().modules(home.resolve("modules")).start()) {
      Opened channel = new Opened(host.invoker(), "tcp:" + at(), 32).accepted();
      Socket socket = accepted.take();
      channel.say("hello");
      assertThat(read(socket, 5)).isEqualTo("hello");
      write(socket, "welcome");
      assertThat(channel.text()).isEqualTo("welcome");
      channel.flow.send(new Signal.Cancel("enough"));
      assertThat(channel.failure().code()).isEqualTo(Code.CANCELLED);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
