package stoa.cli.batch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import stoa.outside.TextLines;
import stoa.value.Json;
import stoa.value.MalformedValueException;

/// One JSON value a line; blank lines are passed over.
public final class NdjsonSource implements Source {
  private final TextLines lines;

  public NdjsonSource(InputStream in) {
    lines = new TextLines(in);
  }

  @Override
  public Optional<Entry> next() throws IOException {
    for (Optional<TextLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
      switch (line.get()) {
        case TextLines.Bad(long number, String why) -> {
          return Optional.of(new Broken("line " + number + " of the input " + why + "."));
        }
        case TextLines.Good(long number, String text) -> {
          if (!text.isBlank()) {
            return Optional.of(entry(number, text));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Entry entry(long number, String text) {
    try {
      return new Item(Json.read(text));
    } catch (MalformedValueException e) {
      // The reader saw one line only and calls it the first.
      String message =
          String.valueOf(e.getMessage()).replaceFirst("line 1,", "line " + number + ",");
      return new Broken("the input is " + message + ".");
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
