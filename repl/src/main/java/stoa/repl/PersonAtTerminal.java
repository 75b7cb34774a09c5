package stoa.repl;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import stoa.repl.grant.Person;

/// Asks while a call waits, with a line editor that remembers nothing.
record PersonAtTerminal(Terminal terminal, Screen screen) implements Person {
  @Override
  public String answer(String question) {
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .option(Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    try {
      return reader.readLine(question);
    } catch (UserInterruptException | EndOfFileException e) {
      return "";
    }
  }

  @Override
  public void tell(String text) {
    screen.remark(text);
  }
}
