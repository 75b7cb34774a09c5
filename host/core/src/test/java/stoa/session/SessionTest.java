package stoa.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stoa.call.Chain;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Invoker;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.call.Target;
import stoa.client.ModuleClient;
import stoa.host.EchoProgram;
import stoa.host.Host;
import stoa.host.RunningHost;
import stoa.module.ModuleInfo;
import stoa.module.Surroundings.Line;
import stoa.module.Surroundings.Stream;
import stoa.value.Arguments;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.SocketTransport;

/// Processes that come by themselves, played by connections of this test.
class SessionTest {
  @TempDir Path folder;
  private final Loop loop = Loop.start("test-loop");
  private Path socket;
  private Host host;

  @BeforeEach
  void start() throws IOException {
    socket = folder.resolve("run/s");
    host =
        Host.builder()
            .modules(folder.resolve("modules"))
            .grants(EchoProgram.grants(folder.resolve("grants.toml"), "text"))
            .socket(socket)
            .start();
    host.register(
        "clock",
        Map.of(
            "now", _ -> 7,
            "who", call -> call.caller(),
            "left", call -> call.deadline().nanosLeft()));
  }

  @AfterEach
  void close() {
    host.close();
    loop.close();
  }

  /// A peer that serves `echo`, `keep` (a callback) and `open` (a reference).
  private final class Visitor implements Peer, Invoker {
    final ConcurrentLinkedQueue<String> released = new ConcurrentLinkedQueue<>();
    final CompletableFuture<String> over = new CompletableFuture<>();
    final BlockingQueue<Value> left = new LinkedBlockingQueue<>();
    volatile String instance = "";
    Connection connection;

    Visitor connect(Optional<String> name) throws Exception {
      return connectAs(name.map(n -> new ModuleInfo(n, "", "", List.of(), Map.of(), "test")));
    }

    Visitor connectAs(Optional<ModuleInfo> self) throws Exception {
      connection =
          Connection.start(
              SocketTransport.connect(UnixDomainSocketAddress.of(socket), loop),
              new Connection.Side.Dialler(self, new byte[0], ""),
              this);
      connection.opened().get(10, TimeUnit.SECONDS);
      return this;
    }

    ModuleClient module(String name) {
      return new ModuleClient(connection, name);
    }

    @Override
    public Admission greeted(Greeting greeting) {
      instance = greeting.instance();
      return new Admission(this, "");
    }

    /// Asks how much time is left for a call that is made for another one.
    private void clean(Invocation served) {
      Invocation call = Invocation.of("clock", "left", Payload.of(Arguments.of()));
      Chain chain = served.chain().then(new Chain.Opener(this, 1), false);
      connection.open(call.with(chain), answer -> left.add(answer.content().value()));
    }

    @Override
    public void released(Value.Reference reference, long count) {
      released.add(reference.number() + " x " + count);
    }

    @Override
    public void logged(LogLine line) {}

    @Override
    public void closed(String reason) {
      over.complete(reason);
    }

    @Override
    public Flow open(Invocation invocation, Flow caller) {
      switch (invocation.method()) {
        case "never" -> {}
        case "says" -> {
          connection.log(new LogLine(new Line(Stream.OUT, "said", invocation.chain())));
          connection.log(new LogLine(new Line(Stream.INFO, "said for nobody")));
          caller.send(new Signal.Returned(Payload.NULL));
        }
        case "cleans" -> {
          return signal -> clean(invocation);
        }
        case "open" ->
            caller.send(new Signal.Returned(Payload.of(new Value.Reference(instance, 5))));
        case "target" ->
            caller.send(new Signal.Returned(Payload.of(Value.of(invocation.target().text()))));
        default ->
            caller.send(
                new Signal.Returned(
                    Payload.of(invocation.argument().arguments().positional().getFirst())));
      }
      return _ -> {};
    }
  }

  @Test
  void whatAModuleCallsForAStoppedCallHasAWhileOfItsOwn() throws Exception {
    Visitor visitor = new Visitor().connect(Optional.of("words"));
    ModuleClient words = host.module("words");
    words.callAsync("cleans").cancel(true);
    fails(
        () -> words.within(Duration.ofMillis(50)).call("cleans"), Code.DEADLINE_EXCEEDED, "cleans");
    for (int call = 0; call < 2; call++) {
      long left = visitor.left.poll(10, TimeUnit.SECONDS).asLong();
      assertThat(Duration.ofNanos(left)).isBetween(Duration.ofNanos(1), Duration.ofMillis(300));
    }
  }

  @Test
  void whatAModuleWritesForACallReachesItsCallerAloneAndBeforeThatCloses() throws Exception {
    new Visitor().connect(Optional.of("words"));
    List<String> mine = new CopyOnWriteArrayList<>();
    List<String> others = new CopyOnWriteArrayList<>();
    try (RunningHost _ = echoing(line -> others.add(line.text()));
        RunningHost me = echoing(line -> mine.add(line.module() + ": " + line.text()))) {
      me.module("words").call("says");
    }
    assertThat(mine).containsExactly("words: said");
    assertThat(others).isEmpty();
  }

  private RunningHost echoing(Consumer<stoa.host.LogLine> taker) throws InterruptedException {
    return RunningHost.tryConnect(socket, Optional.empty(), Optional.of(taker)).orElseThrow();
  }

  private static void fails(ThrowingCallable call, Code code, String words) {
    assertThatThrownBy(call)
        .satisfies(e -> {
          Throwable cause = e instanceof FailureException ? e : e.getCause();
          assertThat(((FailureException) cause).failure().code()).isEqualTo(code);
          assertThat(cause).hasMessageContaining(words);
        });
  }

  @Test
  void aClientCallsModulesAndIsNotListed() throws Exception {
    Visitor client = new Visitor().connect(Optional.empty());
    assertThat(client.module("clock").call("now").asLong()).isEqualTo(7);
    assertThat(client.module("clock").call("who").asText()).isEqualTo("client#1");
    assertThat(client.instance).isEqualTo("client#1");
    assertThat(host.names()).containsExactly("clock", "events", "stoa");
  }

  @Test
  void aProcessThatSaysItsNameIsAModuleUntilItLeaves() throws Exception {
    Visitor visitor = new Visitor().connect(Optional.of("words"));
    assertThat(host.names()).contains("words");
    assertThat(host.module("words").call("echo", "x").asText()).isEqualTo("x");
    assertThat(visitor.module("clock").call("who").asText()).isEqualTo("words");
    CompletableFuture<Value> never = host.module("words").callAsync("never");
    visitor.connection.abort("test");
    fails(never::join, Code.LOST, "connection was lost");
    Awaitility.await().until(() -> !host.names().contains("words"));
    fails(() -> host.module("words").call("echo", 1), Code.NO_SUCH_MODULE, "`words`");
  }

  /// More than the kernel takes at once, and nobody else sends anything meanwhile.
  @Test
  void aLargePayloadIsRelayedWhileEverybodyElseIsSilent() throws Exception {
    new Visitor().connect(Optional.of("words"));
    Visitor client = new Visitor().connect(Optional.empty());
    String large = "x".repeat(5_000_000);
    CompletableFuture<Value> answer = client.module("words").callAsync("echo", large);
    assertThat(answer.get(10, TimeUnit.SECONDS).asText()).isEqualTo(large);
  }

  @Test
  void aNameThatIsTakenIsRefusedWithItsHolder() throws Exception {
    new Visitor().connect(Optional.of("words"));
    fails(() -> connect("words"), Code.LOST, "there is a module `words` already: the process");
    fails(() -> connect("clock"), Code.LOST, "it is part of the host");
    Files.createDirectories(folder.resolve("modules"));
    Files.writeString(folder.resolve("modules/text.js"), "");
    fails(() -> connect("text"), Code.LOST, "it is a file in");
    fails(() -> connect("../x"), Code.LOST, "is no name for a module");
    assertThat(host.module("words").call("echo", 1).asLong()).isEqualTo(1);
  }

  private void connect(String name) throws Throwable {
    connect(name, "", Map.of());
  }

  private void connect(String name, String version, Map<String, String> needs) throws Throwable {
    try {
      new Visitor()
          .connectAs(Optional.of(new ModuleInfo(name, version, "", List.of(), needs, "test")));
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  private void program(String name) throws IOException {
    Path file = folder.resolve("modules").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, EchoProgram.script("stdio"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String stateOf(String module) {
    return host.module("stoa").call("list").asList().stream()
        .filter(row -> row.at("name").asText().equals(module))
        .findAny()
        .orElseThrow()
        .at("state")
        .asText();
  }

  @Test
  void whatAProcessNeedsIsLoadedBeforeItIsLetIn() throws Throwable {
    program("text");
    assertThat(stateOf("text")).isEqualTo("not loaded");
    connect("app", "", Map.of("text", "*", "clock", "*"));
    assertThat(stateOf("text")).isEqualTo("loaded");
    assertThat(host.module("app").call("echo", 1).asLong()).isEqualTo(1);
  }

  @Test
  void aProcessThatLacksWhatItNeedsIsRefusedWithTheChain() throws Throwable {
    connect("text", "1.0.0", Map.of());
    connect("list", "1.0.0", Map.of("text", "^1"));
    fails(
        () -> connect("app", "", Map.of("list", "*", "text", "^2")),
        Code.LOST,
        "app needs text ^2, and `text` is version 1.0.0");
    fails(
        () -> connect("app", "", Map.of("nothing", "^1")), Code.LOST, "app needs nothing ^1, and");
    program("between/main");
    Files.writeString(folder.resolve("modules/between/module.toml"), "needs = { nothing = \"*\" }");
    fails(
        () -> connect("app", "", Map.of("between", "*")),
        Code.LOST,
        "app needs between needs nothing, and there is no module `nothing`");
    assertThat(host.names()).doesNotContain("app");
  }

  @Test
  void aProcessAndAModuleOfTheHomeThatNeedEachOtherAreACircle() throws Throwable {
    program("ring/main");
    Files.writeString(folder.resolve("modules/ring/module.toml"), "needs = { app = \"*\" }");
    fails(
        () -> connect("app", "", Map.of("ring", "*")),
        Code.LOST,
        "app needs ring needs app, and that is a circle");
  }

  @Test
  void aNameThatIsTakenIsRefusedBeforeAnythingIsLoaded() throws Throwable {
    program("text");
    fails(() -> connect("clock", "", Map.of("text", "*")), Code.LOST, "it is part of the host");
    assertThat(stateOf("text")).isEqualTo("not loaded");
  }

  /// It waits for a module that is never ready.
  private Connection waiting(Visitor visitor) throws IOException {
    program("silent");
    Files.writeString(folder.resolve("modules/silent"), "#!/bin/sh\nexec sleep 1000\n");
    ModuleInfo self = new ModuleInfo("app", "", "", List.of(), Map.of("silent", "*"), "test");
    Connection connection =
        Connection.start(
            SocketTransport.connect(UnixDomainSocketAddress.of(socket), loop),
            new Connection.Side.Dialler(Optional.of(self), new byte[0], ""),
            visitor);
    Awaitility.await().until(() -> clients() == 1);
    assertThat(connection.opened()).isNotDone();
    return connection;
  }

  private long clients() {
    return host.module("stoa").call("status").at("clients").asLong();
  }

  @Test
  void aProcessThatLeavesWhileItWaitsIsNoModule() throws Exception {
    waiting(new Visitor()).close("test");
    Awaitility.await().until(() -> clients() == 0);
    assertThat(host.names()).doesNotContain("app");
  }

  @Test
  void aProcessThatDoesNotWaitForItsWelcomeIsSentAway() throws Exception {
    Visitor visitor = new Visitor();
    waiting(visitor).ping();
    assertThat(visitor.over.get(10, TimeUnit.SECONDS)).contains("before its Welcome it sent PING");
  }

  @Test
  void aReferenceIsCalledWhereItsOwnerKeepsItAndGivenBackWhenItsHolderGoes() throws Exception {
    Visitor owner = new Visitor().connect(Optional.of("db"));
    Visitor client = new Visitor().connect(Optional.empty());
    Value.Reference object = (Value.Reference) client.module("db").call("open");
    assertThat(object).isEqualTo(new Value.Reference("db#1", 5));
    Target handed = new Target.Handed(object);
    assertThat(new ModuleClient(client.connection, handed).call("target").asText())
        .isEqualTo("db#1/5");
    assertThat(host.module("stoa").call("references").at(0).at("holders").at("client#1").asLong())
        .isEqualTo(1);
    Visitor thief = new Visitor().connect(Optional.empty());
    fails(
        () -> new ModuleClient(thief.connection, handed).call("target"),
        Code.DENIED,
        "`client#2` was never given object 5 of `db#1`");
    fails(() -> thief.module("clock").call("now", object), Code.DENIED, "never given");
    client.connection.abort("test");
    Awaitility.await().until(() -> owner.released.contains("5 x 1"));
  }

  @Test
  void aHolderReleasesAndTheOwnerHearsOfIt() throws Exception {
    Visitor owner = new Visitor().connect(Optional.of("db"));
    Visitor client = new Visitor().connect(Optional.empty());
    Value.Reference object = (Value.Reference) client.module("db").call("open");
    client.connection.release(object, 1);
    Awaitility.await().until(() -> owner.released.contains("5 x 1"));
    fails(
        () -> new ModuleClient(client.connection, new Target.Handed(object)).call("target"),
        Code.LOST,
        "was given back");
  }

  @Test
  void aCallOnAnObjectWhoseOwnerIsGoneSaysWhoseItWas() throws Exception {
    Visitor owner = new Visitor().connect(Optional.of("db"));
    Value.Reference object = (Value.Reference) host.module("db").call("open");
    owner.connection.abort("test");
    Awaitility.await().until(() -> !host.names().contains("db"));
    fails(() -> host.object(object).call("x"), Code.LOST, "object 5 of `db#1` is gone");
  }

  @Test
  void javaObjectsAreCalledBackAndForgotten() throws Exception {
    new Visitor().connect(Optional.of("echoes"));
    Visitor client = new Visitor().connect(Optional.empty());
    Value.Reference callback = host.reference(Map.of("call", call -> call.argument(0)));
    host.register("given", Map.of("one", _ -> callback));
    Value.Reference got = (Value.Reference) client.module("given").call("one");
    ModuleClient object = new ModuleClient(client.connection, new Target.Handed(got));
    assertThat(object.call("call", 3).asLong()).isEqualTo(3);
    client.connection.release(got, 1);
    Awaitility.await().until(() -> host.module("stoa").call("references").asList().isEmpty());
  }

  @Test
  void theSocketIsForItsUserAlone() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void theEndOfTheHostIsTheEndOfEverySessionAndItsSocket() throws Exception {
    Visitor client = new Visitor().connect(Optional.empty());
    host.close();
    assertThat(client.over.get(5, TimeUnit.SECONDS)).contains("the host ends");
    assertThat(socket).doesNotExist();
  }
}
