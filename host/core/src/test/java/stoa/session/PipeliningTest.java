package stoa.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.host.Host;
import stoa.v1.FailureCode;
import stoa.v1.Frame;
import stoa.v1.Hello;
import stoa.v1.Invoke;
import stoa.v1.Object;
import stoa.v1.Release;
import stoa.v1.Welcome;
import stoa.value.Arguments;
import stoa.value.Encoded;
import stoa.value.Value;
import stoa.value.ValueCodec;

/// Calls on results that are still to come, frame by frame.
class PipeliningTest {
  @TempDir Path folder;
  private final CountDownLatch opens = new CountDownLatch(1);
  private Host host;
  private SocketChannel channel;
  private String instance;
  private InputStream in;

  @BeforeEach
  void start() throws IOException {
    host = Host.builder().modules(folder).socket(folder.resolve("s")).start();
    Value.Reference table = host.reference(Map.of("query", call -> call.argument(0)));
    host.register(
        "db",
        Map.of(
            "open", _ -> table,
            "slow",
                _ -> {
                  opens.await();
                  return table;
                },
            "back", call -> call.argument(0),
            "number", _ -> 7,
            "list", _ -> List.of(table),
            "fail",
                _ -> {
                  throw new FailureException(Failure.of(Code.DENIED, "no.", ""));
                }));
    channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("s")));
    in = Channels.newInputStream(channel);
    Channels.newOutputStream(channel).write("STOA1\n".getBytes(StandardCharsets.US_ASCII));
    Hello hello =
        Hello.newBuilder()
            .setProtocolMin(1)
            .setProtocolMax(1)
            .addFeatures("references")
            .addFeatures("pipelining")
            .build();
    send(Frame.newBuilder().setHello(hello));
    in.readNBytes(6);
    Welcome welcome = Frame.parseDelimitedFrom(in).getWelcome();
    assertThat(welcome.getFeaturesList()).containsExactly("references", "pipelining");
    instance = welcome.getInstance();
  }

  @AfterEach
  void close() throws IOException {
    opens.countDown();
    channel.close();
    host.close();
  }

  private void send(Frame.Builder frame) throws IOException {
    frame.build().writeDelimitedTo(Channels.newOutputStream(channel));
  }

  private void call(long number, String method) throws IOException {
    Invoke invoke = Invoke.newBuilder().setModule("db").setMethod(method).build();
    send(Frame.newBuilder().setCall(number).setInvoke(invoke));
  }

  private void query(long number, long resultOf) throws IOException {
    byte[] argument = ValueCodec.encode(Arguments.of("x")).bytes();
    Invoke invoke =
        Invoke.newBuilder()
            .setObject(Object.newBuilder().setResultOf(resultOf))
            .setMethod("query")
            .setArgument(com.google.protobuf.ByteString.copyFrom(argument))
            .build();
    send(Frame.newBuilder().setCall(number).setInvoke(invoke));
  }

  private Map<Long, Frame> answers(int count) throws IOException {
    Map<Long, Frame> answers = new HashMap<>();
    while (answers.size() < count) {
      Frame frame = Frame.parseDelimitedFrom(in);
      answers.put(frame.getCall(), frame);
    }
    return answers;
  }

  private static String text(Frame frame) {
    byte[] payload = frame.getReturned().getPayload().toByteArray();
    return ValueCodec.decode(new Encoded(payload, List.of())).asText();
  }

  @Test
  void bothCallsLeaveAtOnceAndBothAreAnswered() throws IOException {
    call(1, "slow");
    query(3, 1);
    query(5, 1);
    opens.countDown();
    Map<Long, Frame> answers = answers(3);
    assertThat(answers.get(1L).getReturned().getReferencesCount()).isEqualTo(1);
    assertThat(text(answers.get(3L))).isEqualTo("x");
    assertThat(text(answers.get(5L))).isEqualTo("x");
  }

  @Test
  void aResultIsKnownUntilItIsReleased() throws IOException {
    call(1, "open");
    stoa.v1.Reference reference = answers(1).get(1L).getReturned().getReferences(0);
    query(3, 1);
    assertThat(text(answers(1).get(3L))).isEqualTo("x");
    Release.Count count = Release.Count.newBuilder().setReference(reference).setCount(1).build();
    send(Frame.newBuilder().setRelease(Release.newBuilder().addCounts(count)));
    query(5, 1);
    assertThat(answers(1).get(5L).getFailed().getCode()).isEqualTo(FailureCode.BAD_ARGUMENT);
  }

  @Test
  void resultsThatAreObjectsOfTheCallerAreNotKeptForever() throws IOException {
    int rounds = 101;
    int many = 100;
    for (int i = 0; i < rounds * many; i++) {
      back(2L * i + 1);
      if ((i + 1) % many == 0) {
        assertThat(answers(many).values()).allMatch(Frame::hasReturned);
      }
    }
    long next = 2L * rounds * many + 1;
    query(next, 1);
    assertThat(answers(1).get(next).getFailed().getMessage()).contains("no reference");
  }

  /// Has the host return an object of this side.
  private void back(long number) throws IOException {
    stoa.v1.Reference own = stoa.v1.Reference.newBuilder().setOwner(instance).setNumber(1).build();
    byte[] argument = ValueCodec.encode(Arguments.of(new Value.Reference(instance, 1))).bytes();
    Invoke invoke =
        Invoke.newBuilder()
            .setModule("db")
            .setMethod("back")
            .addReferences(own)
            .setArgument(com.google.protobuf.ByteString.copyFrom(argument))
            .build();
    send(Frame.newBuilder().setCall(number).setInvoke(invoke));
  }

  @Test
  void aResultThatIsNoReferenceSaysSo() throws IOException {
    for (String method : List.of("number", "list", "fail", "nosuch")) {
      long number = 1 + 4L * List.of("number", "list", "fail", "nosuch").indexOf(method);
      call(number, method);
      query(number + 2, number);
      Frame answer = answers(2).get(number + 2);
      assertThat(answer.getFailed().getCode()).isEqualTo(FailureCode.BAD_ARGUMENT);
      assertThat(answer.getFailed().getMessage())
          .contains("`query` was called on the result of another call, which is no reference");
    }
  }

  @Test
  void aCallThatWasNeverMadeHasNoResult() throws IOException {
    query(1, 99);
    query(3, 3);
    assertThat(answers(2).values())
        .allMatch(frame -> frame.getFailed().getCode() == FailureCode.BAD_ARGUMENT);
  }

  @Test
  void aWaitingCallEndsAtItsDeadline() throws IOException {
    call(1, "slow");
    Invoke invoke =
        Invoke.newBuilder()
            .setObject(Object.newBuilder().setResultOf(1))
            .setMethod("query")
            .setTimeoutUs(50_000)
            .build();
    send(Frame.newBuilder().setCall(3).setInvoke(invoke));
    assertThat(answers(1).get(3L).getFailed().getCode()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
  }

  @Test
  void aWaitingCallCanBeCancelled() throws IOException {
    call(1, "slow");
    query(3, 1);
    send(Frame.newBuilder().setCall(3).setCancel(stoa.v1.Cancel.getDefaultInstance()));
    Map<Long, Frame> answers = answers(1);
    assertThat(answers.get(3L).getFailed().getCode()).isEqualTo(FailureCode.CANCELLED);
  }
}
