package stoa.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import stoa.client.ModuleClient;
import stoa.v1.Frame;
import stoa.v1.Goodbye;
import stoa.v1.Hello;
import stoa.v1.Invoke;
import stoa.value.Json;
import stoa.value.Value;

/// Peers that send anything but what they should. Each is told why and cut off; a good one beside
/// it notices nothing.
class HostileFramesTest {
  private final Loop loop = Loop.start("test-loop");
  private Path folder;
  private Listener listener;
  private Connection good;

  @BeforeEach
  void listen() throws IOException {
    folder = Files.createTempDirectory("stoa");
    listener =
        Listener.open(
            folder.resolve("s"),
            loop,
            transport ->
                Connection.start(
                    transport,
                    new Connection.Side.Acceptor(Optional.empty()),
                    new TransportContract.FakePeer()));
    good =
        Connection.start(
            SocketTransport.connect(UnixDomainSocketAddress.of(listener.path()), loop),
            Connection.Side.Dialler.nameless(),
            new TransportContract.FakePeer());
  }

  @AfterEach
  void close() throws IOException {
    good.opened().join();
    assertThat(new ModuleClient(good, "fake").call("echo", "undisturbed").asText())
        .isEqualTo("undisturbed");
    listener.close();
    loop.close();
    Files.delete(folder);
  }

  private static byte[] frame(Frame frame) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frame.writeDelimitedTo(out);
    return out.toByteArray();
  }

  private static byte[] hello() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Frames.PREFACE);
    out.write(
        frame(
            Frame.newBuilder()
                .setHello(Hello.newBuilder().setProtocolMin(1).setProtocolMax(1))
                .build()));
    return out.toByteArray();
  }

  /// Sends bytes, reads to the end, returns the reason of the Goodbye.
  private String farewellTo(byte[]... sent) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(listener.path()))) {
      for (byte[] bytes : sent) {
        channel.write(ByteBuffer.wrap(bytes));
      }
      ByteBuffer answer = ByteBuffer.allocate(1 << 16);
      while (channel.read(answer) >= 0) {
        assertThat(answer.hasRemaining()).isTrue();
      }
      return lastGoodbye(answer.flip());
    }
  }

  private static String lastGoodbye(ByteBuffer answer) throws IOException {
    byte[] bytes = new byte[answer.remaining()];
    answer.get(bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    var in = new ByteArrayInputStream(bytes);
    if (text.startsWith("STOA1\n")) {
      in.skipNBytes(6);
    }
    Goodbye goodbye = Goodbye.getDefaultInstance();
    for (Frame f = Frame.parseDelimitedFrom(in); f != null; f = Frame.parseDelimitedFrom(in)) {
      goodbye = f.getGoodbye();
    }
    return goodbye.getReason();
  }

  @Test
  void somethingElseThanThePrefaceIsCutOff() throws IOException {
    assertThat(farewellTo("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
        .contains("preface");
  }

  @Test
  void aFrameBeyondTheLimitIsCutOffBeforeItIsRead() throws IOException {
    assertThat(
            farewellTo(
                hello(), new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f}))
        .contains("4294967295 bytes is larger than the limit");
  }

  @Test
  void aLengthThatNeverEndsIsCutOff() throws IOException {
    byte[] endless = new byte[6];
    Arrays.fill(endless, (byte) 0x80);
    assertThat(farewellTo(hello(), endless)).contains("more than 5 bytes");
  }

  @Test
  void rubbishInsideAFrameIsCutOff() throws IOException {
    assertThat(farewellTo(hello(), new byte[] {3, (byte) 0xff, (byte) 0xff, (byte) 0xff}))
        .contains("broke the protocol");
  }

  @Test
  void aSecondHelloIsCutOff() throws IOException {
    byte[] hello = hello();
    byte[] again = Arrays.copyOfRange(hello, 6, hello.length);
    assertThat(farewellTo(hello, again)).contains("a second HELLO");
  }

  @Test
  void aCallBeforeTheHandshakeIsCutOff() throws IOException {
    byte[] invoke =
        frame(
            Frame.newBuilder().setCall(1).setInvoke(Invoke.newBuilder().setModule("fake")).build());
    assertThat(farewellTo(Frames.PREFACE, invoke)).contains("first frame is INVOKE");
  }

  @Test
  void aNumberOfTheOtherSideIsCutOff() throws IOException {
    byte[] invoke =
        frame(
            Frame.newBuilder().setCall(2).setInvoke(Invoke.newBuilder().setModule("fake")).build());
    assertThat(farewellTo(hello(), invoke)).contains("number of this side");
  }

  @Test
  void aNumberUsedTwiceIsCutOff() throws IOException {
    byte[] invoke =
        frame(
            Frame.newBuilder()
                .setCall(1)
                .setInvoke(Invoke.newBuilder().setModule("fake").setMethod("never"))
                .build());
    assertThat(farewellTo(hello(), invoke, invoke)).contains("opened before");
  }

  @Test
  void anotherProtocolVersionIsToldSo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Frames.PREFACE);
    out.write(
        frame(
            Frame.newBuilder()
                .setHello(Hello.newBuilder().setProtocolMin(7).setProtocolMax(9))
                .build()));
    assertThat(farewellTo(out.toByteArray())).contains("protocol 7 to 9, this side speaks 1");
  }

  @Test
  void aSlowPeerThatSendsOneByteAtATimeIsServed() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(hello());
    Invoke invoke =
        Invoke.newBuilder()
            .setModule("fake")
            .setMethod("echo")
            .setArgument(ByteString.fromHex("0a021054"))
            .build();
    all.write(frame(Frame.newBuilder().setCall(1).setInvoke(invoke).build()));
    all.write(frame(Frame.newBuilder().setGoodbye(Goodbye.newBuilder().setReason("bye")).build()));
    byte[][] single = new byte[all.size()][];
    for (int i = 0; i < single.length; i++) {
      single[i] = new byte[] {all.toByteArray()[i]};
    }
    assertThat(farewellTo(single)).isEmpty();
  }

  @Test
  void randomBytesAreCutOff() throws IOException {
    Random random = new Random(42);
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[1 + random.nextInt(2000)];
      random.nextBytes(noise);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(i % 2 == 0 ? hello() : Frames.PREFACE);
      out.write(noise);
      try (SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(listener.path()))) {
        channel.write(ByteBuffer.wrap(out.toByteArray()));
      }
    }
  }

  private static Stream<Value> vectors(String file) throws IOException {
    return Json.read(Files.readString(Path.of("../../spec/vectors").resolve(file)))
        .asList()
        .stream();
  }

  /// Every truncation and every flipped bit of every golden frame, in front of a connection each.
  @TestFactory
  Stream<DynamicTest> damagedFramesNeverThrow() throws IOException {
    return vectors("frames.json")
        .map(row ->
            DynamicTest.dynamicTest(
                row.at("name").asText(),
                () -> damage(HexFormat.of().parseHex(row.at("hex").asText()))));
  }

  private void damage(byte[] whole) throws IOException {
    for (int length = 0; length < Math.min(whole.length, 600); length++) {
      receive(Arrays.copyOf(whole, length));
    }
    for (int bit = 0; bit < 8 * Math.min(whole.length, 400); bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      receive(flipped);
    }
  }

  private static void receive(byte[] damaged) throws IOException {
    Connection connection =
        Connection.start(
            new SilentTransport(),
            new Connection.Side.Acceptor(Optional.empty()),
            new TransportContract.FakePeer());
    connection.received(ByteBuffer.wrap(hello()));
    connection.received(ByteBuffer.wrap(damaged));
    connection.closed("test");
  }

  @TestFactory
  Stream<DynamicTest> goldenFramesHaveTheShapeThatThisSideReadsAndWrites() throws IOException {
    return vectors("frames.json")
        .map(row ->
            DynamicTest.dynamicTest(
                row.at("name").asText(),
                () -> {
                  byte[] bytes = HexFormat.of().parseHex(row.at("hex").asText());
                  Frame whole = Frame.parseDelimitedFrom(new ByteArrayInputStream(bytes));
                  FrameSplitter splitter = new FrameSplitter();
                  splitter.received(ByteBuffer.wrap(Frames.PREFACE), _ -> {});
                  splitter.received(
                      ByteBuffer.wrap(bytes),
                      view -> {
                        Frames.Incoming in = Frames.read(view);
                        assertThat(in.call()).isEqualTo(whole.getCall());
                        assertThat(in.kind().field).isEqualTo(whole.getBodyCase().getNumber());
                        byte[] body = new byte[in.body().remaining()];
                        in.body().get(body);
                        Outbox out = new Outbox();
                        Frames.write(out, in.call(), in.kind(), body);
                        assertThat(out.taken()).isEqualTo(bytes);
                      });
                }));
  }
}
