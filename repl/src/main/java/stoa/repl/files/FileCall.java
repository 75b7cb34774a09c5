package stoa.repl.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.Flow;
import stoa.call.Invocation;
import stoa.call.Payload;
import stoa.call.Signal;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// One call for a file, on a virtual thread of its own.
final class FileCall implements Flow {
  private final Invocation invocation;
  private final Flow caller;
  private final Path folder;
  private final Semaphore credit;
  private @Nullable Thread thread; // set before it starts

  FileCall(Invocation invocation, Flow caller, Path folder) {
    this.invocation = invocation;
    this.caller = caller;
    this.folder = folder;
    this.credit = new Semaphore(invocation.terms().credit());
  }

  void start() {
    Thread worker = Thread.ofVirtual().name("stoa-" + invocation.name()).unstarted(this::run);
    thread = worker;
    worker.start();
  }

  /// What the caller says.
  @Override
  public void send(Signal signal) {
    if (signal instanceof Signal.Credit(int items)) {
      credit.release(items);
    } else if (signal instanceof Signal.Cancel && thread != null) {
      thread.interrupt();
    }
  }

  private void run() {
    try {
      caller.send(new Signal.Returned(Payload.of(serve(invocation.argument().arguments()))));
    } catch (InterruptedException e) {
      fail(Code.CANCELLED, "`" + invocation.name() + "` was cancelled.", "");
    } catch (NoSuchFileException e) {
      fail(
          Code.BAD_ARGUMENT,
          "there is no file `" + e.getFile() + "`.",
          "Relative paths begin at the working folder, " + folder + ".");
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      fail(Code.BAD_ARGUMENT, "cannot use the file `" + e.getFile() + "`: " + reason + ".", "");
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      fail(Code.BAD_ARGUMENT, "`" + invocation.name() + "`: " + e.getMessage() + ".", "");
    } catch (RuntimeException e) {
      fail(Code.INTERNAL, "`" + invocation.name() + "` broke: " + e + ".", "Please report it.");
    }
  }

  private void fail(Code code, String message, String help) {
    caller.send(new Signal.Failed(Failure.of(code, message, help)));
  }

  private Value serve(Arguments arguments) throws IOException, InterruptedException {
    Path file = file(argument(arguments, 0, "path"));
    return switch (invocation.method()) {
      case "lines" -> lines(file);
      case "csv" -> csv(file);
      case "json" -> json(file);
      case "write" -> write(file, arguments);
      default -> throw new IllegalStateException("no such method");
    };
  }

  private static Value argument(Arguments arguments, int position, String name) {
    List<Value> given = arguments.positional();
    return position < given.size()
        ? given.get(position)
        : arguments.named().getOrDefault(name, Value.NULL);
  }

  private Path file(Value path) {
    if (!(path instanceof Value.Text(String text)) || text.isEmpty()) {
      throw new IllegalArgumentException("the path must be text, was " + Json.write(path));
    }
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("`" + text + "` is no path: " + e.getReason(), e);
    }
  }

  private void item(Value value) throws InterruptedException {
    credit.acquire();
    caller.send(new Signal.Item(Payload.of(value)));
  }

  private Value lines(Path file) throws IOException, InterruptedException {
    try (TextLines lines = new TextLines(Files.newInputStream(file))) {
      for (Optional<TextLines.Line> next = lines.next(); next.isPresent(); next = lines.next()) {
        switch (next.get()) {
          case TextLines.Good(long _, String text) -> item(new Value.Text(text));
          case TextLines.Bad(long number, String why) ->
              throw new IOException("line %d of `%s` %s".formatted(number, file, why));
        }
      }
    }
    caller.send(new Signal.End());
    return Value.NULL;
  }

  private Value csv(Path file) throws IOException, InterruptedException {
    try (InputStream in = Files.newInputStream(file);
        CsvRows rows = csvRows(file, in)) {
      for (Optional<CsvRows.Row> next = rows.next(); next.isPresent(); next = rows.next()) {
        switch (next.get()) {
          case CsvRows.Good(long _, Value.Dictionary fields) -> item(fields);
          case CsvRows.Bad(long line, String why) ->
              throw new IOException("the row in line %d of `%s` %s".formatted(line, file, why));
        }
      }
    }
    caller.send(new Signal.End());
    return Value.NULL;
  }

  private static CsvRows csvRows(Path file, InputStream in) throws IOException {
    try {
      return new CsvRows(in);
    } catch (IllegalArgumentException e) {
      throw new IOException("`" + file + "`: " + e.getMessage(), e);
    }
  }

  private static Value json(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      return Json.read(text);
    } catch (MalformedValueException e) {
      throw new IOException("`" + file + "`: " + e.getMessage(), e);
    }
  }

  private static Value write(Path file, Arguments arguments) throws IOException {
    Value append = argument(arguments, 2, "append");
    byte[] bytes = content(argument(arguments, 1, "content"));
    boolean adds = append instanceof Value.Bool(boolean yes) && yes;
    OpenOption how = adds ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
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
