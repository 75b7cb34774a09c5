package stoa.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A command line in a folder of its own, without a terminal, whose streams can be looked at.
final class Terminalless {
  private final Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] in = {};
  private boolean atTerminal;
  private boolean printingToTerminal;

  Terminalless(Path folder) {
    this.folder = folder;
  }

  Terminalless in(String text) {
    return in(text.getBytes(StandardCharsets.UTF_8));
  }

  Terminalless in(byte[] bytes) {
    in = bytes;
    return this;
  }

  /// stdin and stderr lead to a person.
  Terminalless atTerminal() {
    atTerminal = true;
    return this;
  }

  /// stdout leads to a person.
  Terminalless printingToTerminal() {
    printingToTerminal = true;
    return this;
  }

  int run(String... arguments) {
    Streams streams =
        new Streams(
            new ByteArrayInputStream(in),
            new Results(out),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Streams.Terminals(atTerminal, printingToTerminal, atTerminal));
    Map<String, String> variables =
        Map.of(
            "HOME",
            folder.resolve("user").toString(),
            "XDG_RUNTIME_DIR",
            folder.resolve("run").toString(),
            "NO_COLOR",
            "1");
    Situation situation = new Situation(streams, variables, folder);
    return new Dispatch(situation, new Interrupts()).run(List.of(arguments));
  }

  byte[] outBytes() {
    return out.toByteArray();
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
