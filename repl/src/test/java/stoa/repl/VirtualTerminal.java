package stoa.repl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import stoa.client.Modules;
import stoa.host.LogLine;

/// A shell on a terminal that a test types at and looks at.
final class VirtualTerminal implements AutoCloseable {
  private final PipedOutputStream keys = new PipedOutputStream();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Terminal terminal;
  private final Thread running;

  VirtualTerminal(Path history, String type, Function<Consumer<LogLine>, Modules> start)
      throws IOException {
    this(history, type, Size.of(100, 40), start);
  }

  VirtualTerminal(Path history, String type, Size size, Function<Consumer<LogLine>, Modules> start)
      throws IOException {
    terminal =
        new ExternalTerminal(
            "test", type, new PipedInputStream(keys, 1 << 16), output, StandardCharsets.UTF_8);
    terminal.setSize(size);
    running =
        Thread.ofPlatform()
            .name("shell")
            .start(() -> {
              try (Shell shell = new Shell(terminal, start, history, false, "this home")) {
                shell.run();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /// Types a line.
  void line(String text) throws IOException {
    keys(text + "\r");
  }

  void keys(String text) throws IOException {
    keys.write(text.getBytes(StandardCharsets.UTF_8));
    keys.flush();
  }

  void interrupt() {
    terminal.raise(Terminal.Signal.INT);
  }

  Size size() {
    return terminal.getSize();
  }

  String screen() {
    return output.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[[?0-9;]*[a-zA-Z]", "");
  }

  /// Waits until the text was shown after all that was forgotten.
  void shows(String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(screen()).contains(text));
  }

  void forget() {
    output.reset();
  }

  boolean isOver() {
    return !running.isAlive();
  }

  @Override
  public void close() throws IOException {
    keys.close();
    try {
      running.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    terminal.close();
  }
}
