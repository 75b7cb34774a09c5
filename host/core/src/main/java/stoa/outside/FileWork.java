package stoa.outside;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Failure.Description;
import stoa.call.FailureException;
import stoa.value.Json;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// Reads and writes files for a caller: `lines`, `csv`, `json`, `read`, `write`.
///
/// @param reach the files that the caller may use
/// @param share what the caller may have in memory
public record FileWork(Reach reach, Share share) implements Handling.Work {
  /// The methods that it serves.
  public static final Set<String> METHODS = Set.of("lines", "csv", "json", "read", "write");

  private static final Set<OpenOption> TO_READ = Set.of(StandardOpenOption.READ);

  /// For a caller in this process.
  public FileWork(Reach reach) {
    this(reach, new Share());
  }

  @Override
  public Value run(Handling handling) throws IOException, InterruptedException {
    try {
      String path = handling.text(0, "path");
      return switch (handling.method()) {
        case "lines" -> lines(handling, reach.toRead(path));
        case "csv" -> csv(handling, reach.toRead(path));
        case "json" -> json(reach.toRead(path));
        case "read" -> whole(reach.toRead(path), Value::of);
        case "write" -> write(handling, reach.toWrite(path));
        default -> throw new IllegalArgumentException("there is no such method");
      };
    } catch (NoSuchFileException e) {
      throw bad("there is no file `" + e.getFile() + "`.", reach.hint(), e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw bad("cannot use the file `" + e.getFile() + "`: " + reason + ".", "", e);
    }
  }

  private static FailureException bad(String message, String help, IOException cause) {
    return new FailureException(Failure.of(Code.BAD_ARGUMENT, message, help), cause);
  }

  private SeekableByteChannel open(Path file, Set<OpenOption> options)
      throws IOException, InterruptedException {
    return share.open(() -> reach.open(file, options));
  }

  private InputStream in(Path file) throws IOException, InterruptedException {
    return Channels.newInputStream(open(file, TO_READ));
  }

  private Value lines(Handling handling, Path file) throws IOException, InterruptedException {
    try (TextLines lines = new TextLines(in(file))) {
      for (Optional<TextLines.Line> next = lines.next(); next.isPresent(); next = lines.next()) {
        switch (next.get()) {
          case TextLines.Good(long _, String text) -> handling.item(new Value.Text(text));
          case TextLines.Bad(long number, String why) ->
              throw new IOException("line %d of `%s` %s".formatted(number, file, why));
        }
      }
    }
    handling.end();
    return Value.NULL;
  }

  private Value csv(Handling handling, Path file) throws IOException, InterruptedException {
    try (InputStream in = in(file);
        CsvRows rows = csvRows(file, in)) {
      for (Optional<CsvRows.Row> next = rows.next(); next.isPresent(); next = rows.next()) {
        switch (next.get()) {
          case CsvRows.Good(long _, Value.Dictionary fields) -> handling.item(fields);
          case CsvRows.Bad(long line, String why) ->
              throw new IOException("the row in line %d of `%s` %s".formatted(line, file, why));
        }
      }
    }
    handling.end();
    return Value.NULL;
  }

  private static CsvRows csvRows(Path file, InputStream in) throws IOException {
    try {
      return new CsvRows(in);
    } catch (IllegalArgumentException e) {
      throw new IOException("`" + file + "`: " + e.getMessage(), e);
    }
  }

  private Value json(Path file) throws IOException, InterruptedException {
    return whole(
        file,
        bytes -> {
          try {
            return Json.read(
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
          } catch (MalformedValueException e) {
            throw new IOException("`" + file + "`: " + e.getMessage(), e);
          } catch (CharacterCodingException e) {
            throw new IOException("`" + file + "` is not UTF-8", e);
          }
        });
  }

  private interface Meaning {
    Value of(byte[] content) throws IOException;
  }

  private Value whole(Path file, Meaning meaning) throws IOException, InterruptedException {
    try (SeekableByteChannel channel = open(file, TO_READ)) {
      long size = channel.size();
      if (size > reach.most()) {
        throw tooLarge(file, size);
      }
      try (Share.Taken _ = share.memory(size)) {
        byte[] bytes = Channels.newInputStream(channel).readNBytes((int) reach.most());
        // Some files say that they are empty and are not.
        if (channel.read(ByteBuffer.allocate(1)) > 0) {
          throw tooLarge(file, bytes.length + 1L);
        }
        return meaning.of(bytes);
      }
    }
  }

  private FailureException tooLarge(Path file, long size) {
    return new FailureException(
        Failure.of(
            Code.RESOURCE_EXHAUSTED,
            Description.of(
                    "`%s` has more than %d bytes, too many to be one value."
                        .formatted(file, reach.most()),
                    "Take it in pieces: `stoa.lines` and `stoa.csv` are streams.")
                .with(
                    Map.of(
                        "quota", "payload bytes",
                        "used", Long.toString(size),
                        "max", Long.toString(reach.most())))));
  }

  private Value write(Handling handling, Path file) throws IOException, InterruptedException {
    boolean adds = handling.argument(2, "append") instanceof Value.Bool(boolean yes) && yes;
    byte[] bytes = content(handling.argument(1, "content"));
    OpenOption how = adds ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    try (SeekableByteChannel channel =
        open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, how))) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    }
    return Value.NULL;
  }

  /// Text and bytes as they are, everything else as JSON.
  private static byte[] content(Value content) {
    return switch (content) {
      case Value.Text(String text) -> text.getBytes(StandardCharsets.UTF_8);
      case Value.Bytes bytes -> bytes.value().toByteArray();
      default -> (Json.pretty(content) + "\n").getBytes(StandardCharsets.UTF_8);
    };
  }
}
