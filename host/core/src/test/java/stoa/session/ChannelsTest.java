package stoa.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Chain;
import stoa.call.Direct;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invocation.Shape;
import stoa.call.Invocation.Terms;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.host.Host;
import stoa.value.Arguments;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;

/// Channels between two processes, as the host carries and brokers them.
class ChannelsTest {
  @TempDir Path folder;
  private final Loop loop = Loop.start("test-loop");
  private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
  private Host host;
  private Connection opener;

  /// A channel that the module was offered, and the words of its opener.
  private record Taken(Invocation invocation, Flow opener, BlockingQueue<Signal> heard) {}

  @BeforeEach
  void start() throws Exception {
    host = Host.builder().modules(folder.resolve("modules")).socket(folder.resolve("s")).start();
    host.register("java", Map.of("now", _ -> 7));
    connect(
        "chat",
        (invocation, caller) -> {
          BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
          taken.add(new Taken(invocation, caller, heard));
          return heard::add;
        });
    opener = connect("", (_, _) -> _ -> {});
  }

  @AfterEach
  void close() {
    host.close();
    loop.close();
  }

  private Connection connect(String name, Invoker serves) throws Exception {
    return Played.connect(folder.resolve("s"), loop, name, serves);
  }

  /// The opener's end.
  private final class Opened {
    final BlockingQueue<Signal> heard = new LinkedBlockingQueue<>();
    final Flow flow;

    Opened(String module, Optional<Direct> direct) {
      flow =
          opener.open(
              new Invocation(
                  new Target.Channel(module, direct),
                  "lobby",
                  Payload.of(Arguments.NONE),
                  Terms.DEFAULT.with(Shape.STREAMS_IN),
                  Chain.begin()),
              heard::add);
    }

    Signal next() throws InterruptedException {
      return heard.poll(10, TimeUnit.SECONDS);
    }
  }

  private static Signal item(int n) {
    return new Signal.Item(Payload.of(Value.of(n)));
  }

  private static long number(Signal signal) {
    return signal.content().value().asLong();
  }

  @Test
  void bothEndsLearnWhoTheOtherIsAndSendInBothDirections() throws Exception {
    Opened opened = new Opened("chat", Optional.empty());
    Taken end = taken.poll(10, TimeUnit.SECONDS);
    assertThat(end.invocation().method()).isEqualTo("lobby");
    end.opener().send(new Signal.Accepted("somebody else", Optional.of(Direct.WANTED)));
    assertThat(opened.next()).isEqualTo(new Signal.Accepted("chat#1", Optional.empty()));
    opened.flow.send(item(1));
    end.opener().send(item(2));
    assertThat(number(end.heard().poll(10, TimeUnit.SECONDS))).isEqualTo(1);
    assertThat(number(opened.next())).isEqualTo(2);
    opened.flow.send(new Signal.End());
    assertThat(end.heard().poll(10, TimeUnit.SECONDS)).isEqualTo(new Signal.End());
    end.opener().send(item(3));
    end.opener().send(new Signal.Returned(Payload.NULL));
    assertThat(number(opened.next())).isEqualTo(3);
    assertThat(opened.next().ends()).isTrue();
  }

  @Test
  void directEndsAreToldOneSocketAndWhatToShow() throws Exception {
    Opened opened = new Opened("chat", Optional.of(Direct.WANTED));
    Taken end = taken.poll(10, TimeUnit.SECONDS);
    Direct offer = ((Target.Channel) end.invocation().target()).direct().orElseThrow();
    Path socket = Path.of(offer.path());
    Files.createFile(socket);
    end.opener().send(new Signal.Accepted("", Optional.of(Direct.WANTED)));
    assertThat(opened.next()).isEqualTo(new Signal.Accepted("chat#1", Optional.of(offer)));
    assertThat(offer.token()).hasSize(32).isNotEqualTo(offer.proof());
    end.opener().send(new Signal.Returned(Payload.NULL));
    assertThat(opened.next().ends()).isTrue();
    assertThat(socket).doesNotExist();
  }

  @Test
  void aCalleeThatCannotListenGetsTheChannelThroughTheHost() throws Exception {
    Opened opened = new Opened("chat", Optional.of(Direct.WANTED));
    taken.poll(10, TimeUnit.SECONDS).opener().send(new Signal.Accepted("", Optional.empty()));
    assertThat(opened.next()).isEqualTo(new Signal.Accepted("chat#1", Optional.empty()));
  }

  @Test
  void theEndOfTheOtherProcessEndsTheChannelWithTheReason() throws Exception {
    Opened opened = new Opened("chat", Optional.empty());
    Taken end = taken.poll(10, TimeUnit.SECONDS);
    opener.close("enough");
    assertThat(end.heard().poll(10, TimeUnit.SECONDS)).isInstanceOf(Signal.Cancel.class);
    assertThat(opened.next())
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(Code.LOST));
  }

  @Test
  void whatTakesNoChannelsSaysSo() throws Exception {
    assertThat(new Opened("java", Optional.empty()).next())
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed -> {
              assertThat(failed.failure().code()).isEqualTo(Code.NO_SUCH_METHOD);
              assertThat(failed.failure().message()).isEqualTo("`java` takes no channels.");
            });
    assertThat(new Opened("nobody", Optional.empty()).next())
        .isInstanceOfSatisfying(
            Signal.Failed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(Code.NO_SUCH_MODULE));
  }
}
