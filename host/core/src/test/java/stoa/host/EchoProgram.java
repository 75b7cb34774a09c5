package stoa.host;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stoa.call.FailureException;
import stoa.call.Invoker;
import stoa.client.ModuleClient;
import stoa.module.ModuleInfo;
import stoa.value.Arguments;
import stoa.value.Value;
import stoa.wire.Connection;
import stoa.wire.Loop;
import stoa.wire.Peer;
import stoa.wire.PipeTransport;
import stoa.wire.SocketTransport;

/// A module that is a process of its own, for tests: speaks the protocol on its standard streams or
/// on the socket.
public final class EchoProgram implements Peer {
  private static final CountDownLatch END = new CountDownLatch(1);
  private static final String ID = UUID.randomUUID().toString();
  private static Connection connection;

  private final boolean main;

  /// @param main the end of its connection ends the program
  private EchoProgram(boolean main) {
    this.main = main;
  }

  /// Grants some modules, all of them this program, to read its classes.
  public static Path grants(Path file, String... modules) throws IOException {
    String read =
        Stream.concat(
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)),
                Stream.of(System.getProperty("java.home")))
            .map(path -> "'" + path + "'")
            .collect(Collectors.joining(", ", "read = [", "]"));
    return Files.write(
        file, Stream.of(modules).map(name -> "[%s]%n%s".formatted(name, read)).toList());
  }

  /// The process that runs a module here.
  static Optional<ProcessHandle> process(String module) {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("/java"))
        .filter(process -> process.info().commandLine().orElse("").endsWith(" " + module))
        .findAny();
  }

  /// A shell script that runs this class.
  ///
  /// @param way `stdio` or `socket`
  public static String script(String way) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -cp '%s' %s %s $STOA_MODULE\n"
        .formatted(java, System.getProperty("java.class.path"), EchoProgram.class.getName(), way);
  }

  public static void main(String[] arguments) throws Exception {
    EchoProgram program = new EchoProgram(true);
    Optional<ModuleInfo> self =
        Optional.of(new ModuleInfo("echo", "1.0.0", "", List.of(), Map.of(), "java"));
    if (arguments[0].equals("stdio")) {
      PipeTransport pipes =
          new PipeTransport(System.in, new FileOutputStream(FileDescriptor.out), "stdio");
      connection = Connection.start(pipes, new Connection.Side.Acceptor(self), program);
    } else {
      System.out.println("a line on stdout");
      connection = dial(self, program);
    }
    END.await();
  }

  private static Connection dial(Optional<ModuleInfo> self, Peer peer) throws Exception {
    byte[] token = HexFormat.of().parseHex(System.getenv("STOA_TOKEN"));
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(System.getenv("STOA_SOCKET"));
    return Connection.start(
        SocketTransport.connect(address, Loop.start("loop")),
        new Connection.Side.Dialler(self, token, ""),
        peer);
  }

  @Override
  public Admission greeted(Greeting greeting) {
    Invoker module =
        new JavaModule(
            "echo",
            Map.of(
                "echo", call -> call.argument(0),
                "id", _ -> ID,
                "forward", EchoProgram::forward,
                "second", _ -> second(),
                "shell", call -> shell(call.argument(0).asText()),
                "never", _ -> never()));
    return new Admission(module, "");
  }

  @Override
  public void released(Value.Reference reference, long count) {}

  /// Has a shell do something, and never answers.
  private static Object shell(String text) throws IOException {
    new ProcessBuilder("sh", "-c", text)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    return never();
  }

  private static Object never() {
    for (; ; ) {
      Thread.onSpinWait();
    }
  }

  private static Value forward(JavaMethod.Call call) {
    List<Value> all = call.arguments().positional();
    Arguments rest = new Arguments(all.subList(2, all.size()), Map.of());
    return new ModuleClient(connection, all.get(0).asText()).call(all.get(1).asText(), rest);
  }

  /// Connects once more with the token that was used.
  private static String second() throws Exception {
    try {
      dial(Optional.empty(), new EchoProgram(false)).opened().get();
      return "let in";
    } catch (ExecutionException e) {
      return ((FailureException) e.getCause()).failure().message();
    }
  }

  @Override
  public void logged(LogLine line) {}

  @Override
  public void closed(String reason) {
    if (main) {
      END.countDown();
    }
  }
}
