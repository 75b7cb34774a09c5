package stoa.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.client.ModuleClient;
import stoa.host.Host;
import stoa.v1.Credit;
import stoa.v1.FailureCode;
import stoa.v1.Frame;
import stoa.v1.Hello;
import stoa.v1.Invoke;
import stoa.value.Arguments;
import stoa.value.Encoded;
import stoa.value.Value;
import stoa.value.ValueCodec;
import stoa.wire.Connection;
import stoa.wire.Loop;

/// Payloads in parts between two processes and the host, played by connections of this test.
class LargePayloadsTest {
  private static final int PIECE = 256 * 1024;
  private static final long HUGE = 200L * 1024 * 1024;

  @TempDir Path folder;
  private final Loop loop = Loop.start("test-loop");
  private Host host;
  private Connection client;

  @BeforeEach
  void start() throws Exception {
    host = Host.builder().modules(folder.resolve("modules")).socket(folder.resolve("s")).start();
    host.register("java", Map.of("size", call -> call.argument(0).asText().length()));
    host.register("echo", Map.of("echo", call -> call.argument(0)));
    connect("obedient", new Giver(true));
    connect("greedy", new Giver(false));
    client = connect("", (_, _) -> _ -> {});
  }

  @AfterEach
  void close() {
    host.close();
    loop.close();
  }

  private Connection connect(String name, Invoker serves) throws Exception {
    return Played.connect(folder.resolve("s"), loop, name, serves);
  }

  /// Returns a huge payload in parts, as there is room for them or all at once.
  private record Giver(boolean obeys) implements Invoker, TakesParts {
    @Override
    public Flow open(Invocation invocation, Flow caller) {
      Giving giving = new Giving(caller);
      giving.more(obeys ? Signal.Room.FIRST : 10 * Signal.Room.FIRST);
      return signal -> {
        if (obeys && signal instanceof Signal.Room(int bytes)) {
          giving.more(bytes);
        }
      };
    }
  }

  private static final class Giving {
    private final Flow caller;
    private long room;
    private long given;

    Giving(Flow caller) {
      this.caller = caller;
    }

    synchronized void more(long bytes) {
      room += bytes;
      while (room >= PIECE && given < HUGE) {
        boolean first = given == 0;
        given += PIECE;
        room -= PIECE;
        byte[] piece = new byte[PIECE];
        caller.send(
            first
                ? new Signal.Returned(new Payload.Opening(new Encoded(piece, List.of())))
                : new Signal.Part(piece, given < HUGE, true));
      }
    }
  }

  /// Counts what comes, and gives room for it or not.
  private static final class Counting implements Flow, TakesParts {
    final AtomicLong bytes = new AtomicLong();
    final CompletableFuture<Signal> end = new CompletableFuture<>();
    private final CompletableFuture<Flow> callee = new CompletableFuture<>();
    private final boolean gives;

    Counting(boolean gives) {
      this.gives = gives;
    }

    static Counting call(Connection connection, String module, boolean gives) {
      Counting counting = new Counting(gives);
      Payload none = Payload.of(Arguments.NONE);
      counting.callee.complete(connection.open(Invocation.of(module, "give", none), counting));
      return counting;
    }

    @Override
    public void send(Signal signal) {
      int size =
          switch (signal) {
            case Signal.Part part -> part.bytes().length;
            default -> signal.content().encoded().bytes().length;
          };
      bytes.addAndGet(size);
      if (signal.ends()) {
        end.complete(signal);
      } else if (gives) {
        callee.thenAccept(flow -> flow.send(new Signal.Room(size)));
      }
    }
  }

  @Test
  void aHugeResultPassesThroughTheHostInParts() throws Exception {
    Counting counting = Counting.call(client, "obedient", true);
    assertThat(counting.end.get(60, TimeUnit.SECONDS)).isInstanceOf(Signal.Part.class);
    assertThat(counting.bytes).hasValue(HUGE);
  }

  @Test
  void aReceiverThatTakesNothingHoldsUpItsOwnCallOnly() throws Exception {
    Counting stuck = Counting.call(client, "obedient", false);
    Counting other = Counting.call(client, "obedient", true);
    other.end.get(60, TimeUnit.SECONDS);
    assertThat(new ModuleClient(client, "echo").call("echo", "small").asText()).isEqualTo("small");
    assertThat(stuck.end).isNotDone();
    assertThat(stuck.bytes.get()).isLessThanOrEqualTo(Signal.Room.FIRST);
  }

  @Test
  void aModuleThatDoesNotWaitForRoomIsStopped() throws Exception {
    Counting counting = Counting.call(client, "greedy", false);
    assertThat(counting.end.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            end -> {
              assertThat(end.failure().code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
              assertThat(end.failure().message()).contains("module of `greedy.give`");
            });
  }

  @Test
  void javaCodeGetsAndGivesWholePayloads() {
    String large = "x".repeat(20 << 20);
    assertThat(new ModuleClient(client, "java").call("size", large).asLong())
        .isEqualTo(large.length());
    assertThat(new ModuleClient(client, "echo").call("echo", large).asText()).isEqualTo(large);
  }

  @Test
  void aStreamOfLargeItemsOfOddSizesComesInOrder() {
    host.register(
        "odd", Map.of("items", _ -> IntStream.range(0, 40).mapToObj(LargePayloadsTest::odd)));
    try (var items = new ModuleClient(client, "odd").stream("items")) {
      int i = 0;
      for (Value item : (Iterable<Value>) items::iterator) {
        assertThat(item.asText()).isEqualTo(odd(i++));
      }
      assertThat(i).isEqualTo(40);
    }
  }

  private static String odd(int i) {
    return String.valueOf(i).repeat(123_457 * (i % 7));
  }

  @Test
  void largeResultsOfManyCallsAtOnceAllArrive() {
    String text = "x".repeat(1_500_000);
    host.register("large", Map.of("text", _ -> text));
    ModuleClient large = new ModuleClient(client, "large");
    for (int round = 0; round < 5; round++) {
      var results = IntStream.range(0, 20).mapToObj(_ -> large.callAsync("text")).toList();
      results.forEach(result ->
          assertThat(result.orTimeout(20, TimeUnit.SECONDS).join().asText())
              .hasSize(text.length()));
    }
  }

  @Test
  void whatIsSentToAModuleThatDoesNotReadEndsTheCallsAndNotTheModule() throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
      InputStream in = Channels.newInputStream(channel);
      Channels.newOutputStream(channel).write("STOA1\n".getBytes(StandardCharsets.US_ASCII));
      Hello.Builder hello = Hello.newBuilder().setProtocolMin(1).setProtocolMax(1);
      hello.setModule(stoa.v1.ModuleInfo.newBuilder().setName("busy"));
      send(channel, Frame.newBuilder().setHello(hello));
      in.readNBytes(6);
      assertThat(Frame.parseDelimitedFrom(in).hasWelcome()).isTrue();
      List<Counting> calls = new ArrayList<>();
      List<Flow> callees = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        Counting counting = new Counting(false);
        Payload begun = new Payload.Opening(new Encoded(new byte[1000], List.of()));
        calls.add(counting);
        callees.add(client.open(Invocation.of("busy", "take", begun), counting));
      }
      for (Flow callee : callees) {
        callee.send(new Signal.Part(new byte[900_000], false, false));
      }
      Signal end = calls.getLast().end.get(20, TimeUnit.SECONDS);
      assertThat(end)
          .isInstanceOfSatisfying(
              Signal.Failed.class,
              failed -> assertThat(failed.failure().code()).isEqualTo(Code.RESOURCE_EXHAUSTED));
      assertThat(host.names()).contains("busy");
    }
  }

  @Test
  void aPayloadTooLargeForItsReceiverIsRefused() {
    assertThatThrownBy(() -> host.module("obedient").call("give"))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> {
              assertThat(e.failure().code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
              assertThat(e.failure().details()).containsEntry("quota", "payload bytes");
            });
  }

  @Test
  void cancelledCallsLeaveNothingBehindOfTheirUnfinishedArguments() throws Exception {
    String large = "x".repeat(20 << 20);
    for (int i = 0; i < 100; i++) {
      Payload begun = new Payload.Opening(new Encoded(new byte[PIECE], List.of()));
      Counting counting = new Counting(false);
      Flow callee = client.open(Invocation.of("java", "size", begun), counting);
      callee.send(new Signal.Cancel("not wanted"));
      counting.end.get(10, TimeUnit.SECONDS);
    }
    assertThat(new ModuleClient(client, "java").call("size", large).asLong())
        .isEqualTo(large.length());
  }

  @Test
  void aPeerWithoutTheFeatureGetsOneWindowAndNoCreditOfBytes() throws IOException {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
      InputStream in = greeted(channel);
      echo(channel, 1, new byte[600_000]);
      Frame returned = next(in, 1);
      assertThat(returned.getReturned().getMore()).isTrue();
      assertThat(next(in, 1).getPart().getMore()).isTrue();
      assertThat(next(in, 1).getPart().getMore()).isFalse();
      send(
          channel,
          Frame.newBuilder()
              .setCall(3)
              .setInvoke(Invoke.newBuilder().setModule("obedient").setMethod("give")));
      Frame last = next(in, 3);
      while (!last.hasFailed()) {
        last = next(in, 3);
      }
      assertThat(last.getFailed().getCode()).isEqualTo(FailureCode.UNSUPPORTED);
      assertThat(last.getFailed().getMessage()).contains("large-payloads");
    }
  }

  @Test
  void aPeerThatDoesNotReadWhatItAskedForIsLetGo() throws IOException {
    host.register("big", Map.of("text", _ -> "x".repeat(1_000_000)));
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")))) {
      InputStream in = greeted(channel);
      for (int call = 1; call < 600; call += 2) {
        send(
            channel,
            Frame.newBuilder()
                .setCall(call)
                .setInvoke(Invoke.newBuilder().setModule("big").setMethod("text")));
      }
      assertThat(new ModuleClient(client, "echo").call("echo", 1).asLong()).isEqualTo(1);
      long came = in.transferTo(java.io.OutputStream.nullOutputStream());
      assertThat(came).isLessThan(200_000_000L);
    }
  }

  /// A peer without any feature.
  private static InputStream greeted(SocketChannel channel) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    Channels.newOutputStream(channel).write("STOA1\n".getBytes(StandardCharsets.US_ASCII));
    send(
        channel,
        Frame.newBuilder().setHello(Hello.newBuilder().setProtocolMin(1).setProtocolMax(1)));
    in.readNBytes(6);
    assertThat(Frame.parseDelimitedFrom(in).hasWelcome()).isTrue();
    return in;
  }

  private static Frame next(InputStream in, long call) throws IOException {
    Frame frame = Frame.parseDelimitedFrom(in);
    assertThat(frame.getCall()).isEqualTo(call);
    assertThat(frame.getCredit()).isEqualTo(Credit.getDefaultInstance());
    return frame;
  }

  private static void send(SocketChannel channel, Frame.Builder frame) throws IOException {
    frame.build().writeDelimitedTo(Channels.newOutputStream(channel));
  }

  private static void echo(SocketChannel channel, long call, byte[] bytes) throws IOException {
    byte[] argument = ValueCodec.encode(Arguments.of(bytes)).bytes();
    Invoke.Builder invoke = Invoke.newBuilder().setModule("echo").setMethod("echo");
    for (int at = 0; at < argument.length; at += PIECE) {
      int end = Math.min(argument.length, at + PIECE);
      ByteString piece = ByteString.copyFrom(argument, at, end - at);
      boolean more = end < argument.length;
      Frame.Builder frame = Frame.newBuilder().setCall(call);
      if (at == 0) {
        frame.setInvoke(invoke.setMore(more).setArgument(piece));
      } else {
        frame.setPart(stoa.v1.Part.newBuilder().setMore(more).setPayload(piece));
      }
      send(channel, frame);
    }
  }
}
