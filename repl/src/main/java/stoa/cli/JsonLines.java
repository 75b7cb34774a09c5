package stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import stoa.cli.batch.NdjsonSource;
import stoa.cli.batch.Source;
import stoa.value.Value;

/// A file of JSON values, one a line, as the stream of a call.
final class JsonLines {
  private static final String STANDARD = "-";

  private JsonLines() {}

  /// @param name a path, or `-`
  /// @return to be closed; a line that is no JSON throws when it is taken, and names itself
  static Stream<Value> of(String name, Situation situation) {
    Source source = new NdjsonSource(input(name, situation));
    return Stream.generate(() -> next(source))
        .takeWhile(Optional::isPresent)
        .map(Optional::get)
        .map(JsonLines::value)
        .onClose(() -> close(source));
  }

  private static InputStream input(String name, Situation situation) {
    if (name.equals(STANDARD)) {
      return situation.streams().in();
    }
    Path path = situation.working().resolve(name);
    if (!Files.isRegularFile(path)) {
      throw new UsageException(
          "there is no file `" + name + "`.", "Looked for " + path.toAbsolutePath() + ".");
    }
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Source.Entry> next(Source source) {
    try {
      return source.next();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the stream any further", e);
    }
  }

  private static Value value(Source.Entry entry) {
    return switch (entry) {
      case Source.Item(Value value) -> value;
      case Source.Broken(String message) ->
          throw new UsageException(message, "Each line is one JSON value; text stands in quotes.");
    };
  }

  private static void close(Source source) {
    try {
      source.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
