package stoa.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stoa.call.Budget;
import stoa.call.Chain;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.LateFlow;
import stoa.call.Signal;
import stoa.call.TakesParts;
import stoa.call.Target;
import stoa.module.ModuleInfo;
import stoa.v1.Ping;
import stoa.v1.Release;
import stoa.value.Value;
import stoa.wire.Frames.Incoming;
import stoa.wire.Frames.Kind;

/// One connection between two processes, or two ends in a test. It *is* an [Invoker]: calls opened
/// here become frames. Calls that the other side makes go to the Invoker that [Peer#greeted]
/// returned.
///
/// Frames are read by the transport's thread, one at a time; calls are opened from any thread.
public final class Connection implements Invoker, TakesParts, Transport.Receiver {
  /// Beyond this many bytes waiting to be sent, new calls are refused; beyond twice as many, open
  /// calls that send more end. Bytes.
  static final long QUEUE_LIMIT = Budget.MAX;

  private final Transport transport;
  private final Side side;
  private final Peer peer;
  private final FrameSplitter splitter = new FrameSplitter();
  private final OutgoingCalls outgoing;
  private final CompletableFuture<Peer.Greeting> opened = new CompletableFuture<>();

  // Written once: by the reading thread, or by who has prepared what the other side needs, under
  // this.
  private volatile @Nullable IncomingCalls incoming;
  private volatile String farewell = "";
  private boolean asked; // the reading thread's: the other side has said Hello
  private volatile boolean over;
  private volatile long reads;

  /// Which side speaks first.
  public sealed interface Side {
    /// Sends Hello, opens odd calls.
    ///
    /// @param instance how this side, a host, calls the other one; else empty
    /// @param echo it wants to see what modules write for its calls
    record Dialler(Optional<ModuleInfo> self, byte[] token, String instance, boolean echo)
        implements Side {
      public Dialler(Optional<ModuleInfo> self, byte[] token, String instance) {
        this(self, token, instance, false);
      }

      public static Dialler nameless() {
        return nameless(false);
      }

      public static Dialler nameless(boolean echo) {
        return new Dialler(Optional.empty(), new byte[0], "", echo);
      }
    }

    /// Waits for Hello, opens even calls.
    record Acceptor(Optional<ModuleInfo> self) implements Side {}
  }

  private Connection(Transport transport, Side side, Peer peer) {
    this.transport = transport;
    this.side = side;
    this.peer = peer;
    this.outgoing =
        new OutgoingCalls(
            transport,
            side instanceof Side.Dialler ? 1 : 2,
            reference -> peer.released(reference, 1));
  }

  /// Begins the handshake.
  public static Connection start(Transport transport, Side side, Peer peer) {
    Connection connection = new Connection(transport, side, peer);
    transport.write(out -> out.bytes(Frames.PREFACE));
    if (side instanceof Side.Dialler dialler) {
      connection.send(0, Kind.HELLO, Handshake.hello(dialler));
    }
    transport.start(connection);
    return connection;
  }

  /// Completes when the handshake is done; fails with [FailureException] or the reason for the end.
  public CompletableFuture<Peer.Greeting> opened() {
    return opened;
  }

  @Override
  public Flow open(Invocation invocation, Flow caller) {
    if (transport.queued() > QUEUE_LIMIT) {
      caller.send(new Signal.Failed(Refusals.queueFull(transport.queued())));
      return _ -> {};
    }
    IncomingCalls theirs = incoming == null ? settled() : incoming;
    if (theirs == null) {
      caller.send(new Signal.Failed(Refusals.notGreeted()));
      return _ -> {};
    }
    if (invocation.target() instanceof Target.Promised(var reference)) {
      LateFlow callee = new LateFlow();
      reference.whenComplete((known, _) -> callee.attach(open(invocation, caller, known)));
      return callee;
    }
    return outgoing.open(invocation, caller, theirs);
  }

  private Flow open(Invocation invocation, Flow caller, Value.@Nullable Reference reference) {
    if (reference == null) {
      caller.send(new Signal.Failed(Target.noReference(invocation.method())));
      return _ -> {};
    }
    return open(invocation.on(new Target.Handed(reference)), caller);
  }

  /// Gives back a reference that the other side sent this many times; from a host to the owner of
  /// the object: that it sent so often itself.
  public void release(Value.Reference reference, long count) {
    Release.Count released =
        Release.Count.newBuilder()
            .setReference(PayloadBody.reference(reference))
            .setCount((int) Math.min(count, Integer.MAX_VALUE))
            .build();
    send(0, Kind.RELEASE, Release.newBuilder().addCounts(released).build().toByteArray());
  }

  /// Whether nothing comes from the other side any more.
  public boolean over() {
    return over;
  }

  /// How often something has come from the other side.
  public long reads() {
    return reads;
  }

  /// Has the other side say something.
  public void ping() {
    send(0, Kind.PING, Frames.NOTHING);
  }

  /// Tells the other side that the host is about to end.
  public void drain() {
    send(0, Kind.DRAIN, Frames.NOTHING);
  }

  /// Says goodbye, sends what is queued, closes.
  public void close(String reason) {
    send(0, Kind.GOODBYE, Fields.text(reason));
    transport.close();
  }

  /// Closes at once.
  public void abort(String reason) {
    transport.abort(reason);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
  public void received(ByteBuffer bytes) {
    reads++;
    try {
      splitter.received(bytes, frame -> take(Frames.read(frame)));
    } catch (IOException | IllegalArgumentException e) {
      farewell = "the other side broke the protocol: " + e.getMessage();
      send(0, Kind.GOODBYE, Fields.text(farewell));
      transport.close();
    } catch (FailureException e) {
      refuse(e);
    }
  }

  private void refuse(FailureException why) {
    farewell = why.failure().message();
    opened.completeExceptionally(why);
    close(why.failure().code() + ": " + why.failure().message());
  }

  @Override
  public void closed(String reason) {
    over = true;
    String why = farewell.isEmpty() ? reason : farewell;
    if (farewell.isEmpty() && !splitter.isEmpty()) {
      why = reason + ", in the middle of a frame";
    }
    Failure lost = Refusals.lost(why);
    opened.completeExceptionally(new FailureException(lost));
    outgoing.failAll(lost);
    if (incoming != null) {
      calls().cancelAll("its caller's connection closed");
    }
    peer.closed(why);
  }

  private void take(Incoming frame) throws IOException {
    if (!frame.known()) {
      unknown(frame);
      return;
    }
    if (incoming == null && frame.kind() != Kind.GOODBYE && settled() == null) {
      handshake(frame);
      return;
    }
    switch (frame.kind()) {
      case HELLO, WELCOME -> throw new IOException("a second " + frame.kind());
      case INVOKE, ITEM, PART, END, CREDIT, CANCEL, RETURNED, FAILED, ACCEPTED -> ofCall(frame);
      case PONG, DRAIN -> {}
      case RELEASE -> released(frame);
      case LOG -> log(frame);
      case PING ->
          send(
              0,
              Kind.PONG,
              new Fields().number(1, Ping.parseFrom(frame.body()).getNonce()).taken());
      case GOODBYE -> {
        farewell = Fields.readText(frame.body());
        transport.close();
      }
    }
  }

  private void ofCall(Incoming frame) throws IOException {
    if (frame.call() == 0) {
      throw new IOException("a frame " + frame.kind() + " without a call");
    }
    boolean ours = outgoing.opens(frame.call());
    if (frame.kind() == Kind.INVOKE && ours) {
      throw new IOException("it opened call " + frame.call() + ", a number of this side");
    }
    if (ours) {
      outgoing.take(frame);
    } else {
      calls().take(frame);
    }
  }

  private void unknown(Incoming frame) {
    if (frame.call() != 0 && incoming != null && !outgoing.opens(frame.call())) {
      calls().unsupported(frame.call());
    }
  }

  /// The other side may answer its Welcome, and others may call it, before the thread that sent it
  /// has finished here: who sees nothing yet waits for that.
  private synchronized @Nullable IncomingCalls settled() {
    return incoming;
  }

  private void handshake(Incoming frame) throws IOException {
    switch (side) {
      case Side.Dialler _ when frame.kind() == Kind.WELCOME -> welcomed(frame);
      case Side.Acceptor acceptor when frame.kind() == Kind.HELLO && !asked -> {
        asked = true;
        asked(acceptor, Handshake.readHello(frame.body()));
      }
      default ->
          throw new IOException(
              (asked ? "before its Welcome it sent " : "its first frame is ") + frame.kind());
    }
  }

  private void asked(Side.Acceptor acceptor, Handshake hello) {
    peer.prepared(hello.greeting())
        .thenRun(() -> welcome(acceptor, hello))
        .exceptionally(problem -> {
          refuse(Refusals.refusal(problem));
          return null;
        });
  }

  private void welcome(Side.Acceptor acceptor, Handshake hello) {
    if (over) {
      return; // it has left meanwhile
    }
    synchronized (this) {
      Peer.Admission admission = peer.greeted(hello.greeting());
      // Before anybody can open a call here: the other side wants its Welcome first.
      send(0, Kind.WELCOME, hello.welcome(acceptor, admission.instance()));
      begin(hello, admission);
    }
    opened.complete(hello.greeting());
  }

  private void welcomed(Incoming frame) throws IOException {
    Handshake welcome = Handshake.readWelcome(frame.body());
    begin(welcome, peer.greeted(welcome.greeting()));
    opened.complete(welcome.greeting());
  }

  private void begin(Handshake theirs, Peer.Admission admission) {
    Features common = Features.of(theirs.features());
    outgoing.agreed(common);
    IncomingCalls.Agreed agreed =
        new IncomingCalls.Agreed(
            admission.serves(),
            common,
            givenBack(theirs.greeting().instance(), admission.instance()),
            reference -> peer.released(reference, 1));
    incoming = new IncomingCalls(transport, outgoing, agreed);
  }

  /// Which references the other side gives back: to a host all that are not its own; a host itself
  /// only those of the peer.
  private static Predicate<Value.Reference> givenBack(String ours, String theirs) {
    return theirs.isEmpty()
        ? reference -> reference.owner().equals(ours)
        : reference -> !reference.owner().equals(theirs);
  }

  private void released(Incoming frame) throws IOException {
    for (Release.Count count : Release.parseFrom(frame.body()).getCountsList()) {
      Value.Reference reference = PayloadBody.reference(count.getReference());
      calls().released(reference);
      peer.released(reference, Integer.toUnsignedLong(count.getCount()));
    }
  }

  private IncomingCalls calls() {
    IncomingCalls known = incoming;
    if (known == null) {
      throw new IllegalStateException("frames before the handshake");
    }
    return known;
  }

  /// Sends a line for the other side to show. Of a call that the other side made it says which.
  public void log(Peer.LogLine said) {
    Chain chain = said.line().chain();
    IncomingCalls served = incoming;
    long call = chain == null || served == null ? 0 : chain.openedBy(served);
    send(call, Kind.LOG, LogCodec.encode(said));
  }

  private void log(Incoming frame) throws IOException {
    OutgoingCalls.@Nullable Parent served = outgoing.parent(frame.call());
    peer.logged(LogCodec.decode(frame, served == null ? null : served.chain()));
  }

  /// Bytes that wait to be sent.
  public long queued() {
    return transport.queued();
  }

  private void send(long call, Kind kind, byte[] body) {
    transport.write(out -> Frames.write(out, call, kind, body));
  }
}
