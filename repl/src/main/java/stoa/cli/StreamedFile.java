package stoa.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import stoa.cli.batch.CborSource;
import stoa.cli.batch.NdjsonSource;
import stoa.cli.batch.Source;
import stoa.value.Value;

/// A file of values as the stream of a call: JSON, one a line, or a CBOR sequence.
final class StreamedFile {
  static final String STANDARD = "-";

  private StreamedFile() {}

  /// @param name a path, or `-`
  /// @return to be closed; an item that is no value throws when it is taken, and names itself
  static Stream<Value> of(String name, boolean cbor, Situation situation) {
    InputStream input = input(name, situation);
    Source source = cbor ? new CborSource(input) : new NdjsonSource(input);
    return Stream.generate(() -> next(source))
        .takeWhile(Optional::isPresent)
        .map(Optional::get)
        .map(entry -> value(entry, cbor))
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
      throw new UncheckedIOException("cannot read the stream any further: " + e.getMessage(), e);
    }
  }

  private static Value value(Source.Entry entry, boolean cbor) {
    return switch (entry) {
      case Source.Item(Value value) -> value;
      case Source.Broken(String message) ->
          throw new UsageException(
              message, cbor ? "" : "Each line is one JSON value; text stands in quotes.");
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
