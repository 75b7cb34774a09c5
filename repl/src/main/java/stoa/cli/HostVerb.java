package stoa.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import stoa.host.Host;

/// `stoa host`: serves modules to other processes until it is interrupted.
record HostVerb(CommandLine line, Situation situation, Interrupts interrupts) {
  /// The longest path that a Unix socket can have.
  private static final int LONGEST_PATH = 107;

  int run() throws InterruptedException {
    line.atMost(0);
    Path modules = situation.homes().modules(line);
    Path socket = socket(line, situation);
    check(socket);
    EmbeddedHost embedded = new EmbeddedHost(line, situation);
    Host host = embedded.start(modules, embedded::log, socket);
    try {
      situation.streams().out().line(socket.toString());
      situation.streams().remark("serving " + modules + " on that socket; Ctrl-C ends it");
      CountDownLatch end = new CountDownLatch(1);
      interrupts.onStop(end::countDown);
      end.await();
      return ExitCode.DONE;
    } finally {
      host.close();
    }
  }

  /// Where a host for the modules that the command line means takes connections.
  static Path socket(CommandLine line, Situation situation) {
    return line.value(Flag.SOCKET)
        .map(text -> situation.working().resolve(text).toAbsolutePath().normalize())
        .orElseGet(() -> situation.folders().socket(situation.homes().modules(line)));
  }

  private static void check(Path socket) {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
      throw new UsageException(
          "the path of the socket, `" + socket + "`, has more than " + LONGEST_PATH + " bytes.",
          "Name a shorter one with `--socket PATH`.");
    }
    if (Files.exists(socket)) {
      throw new UsageException(
          "there is `" + socket + "` already.",
          "Another host may be running. If none is, delete the file, or name another with `--socket PATH`.");
    }
  }
}
