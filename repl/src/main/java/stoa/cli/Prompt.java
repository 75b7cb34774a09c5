package stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import stoa.repl.grant.Person;

/// Asks the person at the terminal.
record Prompt(Streams streams) implements Person {
  /// Whether somebody is there who reads a question and can answer it.
  boolean isPossible() {
    return streams.terminals().in() && streams.terminals().err();
  }

  @Override
  public void tell(String text) {
    streams.remark(text);
  }

  @Override
  public String answer(String question) {
    streams.err().print(question);
    streams.err().flush();
    try {
      return line(streams.in()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the answer: " + e.getMessage(), e);
    }
  }

  /// Reads no byte more than the line, because what follows is for the shell.
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append(new String(new byte[] {(byte) b}, StandardCharsets.ISO_8859_1));
    }
    return line.toString();
  }
}
