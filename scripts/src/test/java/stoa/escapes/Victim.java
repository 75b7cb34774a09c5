package stoa.escapes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A process outside with a secret in its memory and its environment. It listens at a socket that
/// is no file, and makes a mark when somebody connects.
final class Victim implements AutoCloseable {
  private static final String TEXT =
      """
      import os, socket, sys
      secret = os.environ["STOA_VICTIM"] * 1
      door = socket.socket(socket.AF_UNIX)
      door.bind("\\0" + sys.argv[1])
      door.listen()
      print("listens", flush=True)
      while True:
          door.accept()[0].close()
          open("marker-abstract", "w").close()
      """;

  private final String socket;
  private final Process process;

  /// @param folder its working folder
  Victim(Path folder, String socket, String secret) throws IOException {
    this.socket = socket;
    ProcessBuilder builder =
        new ProcessBuilder(List.of("python3", "-c", TEXT, socket)).directory(folder.toFile());
    builder.environment().put("STOA_VICTIM", secret);
    process = builder.redirectOutput(ProcessBuilder.Redirect.PIPE).start();
    // It says a word when it listens.
    if (process.getInputStream().read() < 0) {
      throw new IOException("the victim does not start");
    }
  }

  long pid() {
    return process.pid();
  }

  String socket() {
    return socket;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
