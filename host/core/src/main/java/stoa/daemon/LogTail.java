package stoa.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stoa.host.LogLine;
import stoa.value.Json;
import stoa.value.MalformedValueException;

/// Reads what a [LogFile] has written and goes on to write, whether its host runs or not. One
/// thread.
public final class LogTail implements AutoCloseable {
  private final Path path;
  private final Optional<String> module;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private @Nullable FileChannel file;
  private @Nullable Object key;

  /// @param module whose lines are wanted; empty: all
  public LogTail(Path path, Optional<String> module) {
    this.path = path;
    this.module = module;
  }

  /// The last lines so far, at most `count`. Once, before [#more].
  public List<LogLine> last(int count) throws IOException {
    Deque<String> last = new ArrayDeque<>();
    Consumer<String> keep =
        line -> {
          last.addLast(line);
          if (last.size() > count) {
            last.removeFirst();
          }
        };
    for (int age = LogFile.Size.USUAL.files() - 1; age > 0; age--) {
      if (open(LogFile.older(path, age))) {
        rest(keep);
      }
    }
    close();
    taken(keep);
    return last.stream().flatMap(line -> read(line).stream()).toList();
  }

  /// Gives the lines that have come since it was asked before.
  public void more(Consumer<LogLine> taker) throws IOException {
    taken(line -> read(line).ifPresent(taker));
  }

  private void taken(Consumer<String> taker) throws IOException {
    if (file == null && !open(path)) {
      return;
    }
    boolean wasReplaced = !Objects.equals(key, keyOf(path));
    rest(taker);
    if (wasReplaced && open(path)) {
      rest(taker);
    }
  }

  private boolean open(Path from) throws IOException {
    close();
    try {
      file = FileChannel.open(from);
      key = keyOf(from);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// What stays the same while a file has another name.
  private static @Nullable Object keyOf(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void rest(Consumer<String> taker) throws IOException {
    FileChannel from = file;
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    while (from != null && from.read(buffer) >= 0) {
      for (int i = 0; i < buffer.position(); i++) {
        if (buffer.get(i) == '\n') {
          String line = unfinished.toString(StandardCharsets.UTF_8);
          if (isWanted(line)) {
            taker.accept(line);
          }
          unfinished.reset();
        } else {
          unfinished.write(buffer.get(i));
        }
      }
      buffer.clear();
    }
  }

  /// Looked at without reading it all: there may be many lines.
  private boolean isWanted(String line) {
    return module.map(name -> line.contains("\"module\":\"" + name + "\"")).orElse(true);
  }

  /// A line that was cut off is none.
  private static Optional<LogLine> read(String text) {
    try {
      return Optional.of(LogLine.of(Json.read(text)));
    } catch (MalformedValueException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    unfinished.reset();
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
