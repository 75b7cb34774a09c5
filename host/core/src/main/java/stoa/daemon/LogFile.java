package stoa.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stoa.host.LogLine;
import stoa.module.Surroundings;
import stoa.value.Json;

/// What modules write, as JSON lines in a file that only this user can read. A full file makes way
/// for the next; a few of them are kept.
///
/// Nobody waits for the disk: one thread writes. Lines with which it cannot keep up, or which the
/// disk does not take, are counted, and a line in the log says how many are missing. Any thread.
public final class LogFile implements Consumer<LogLine>, AutoCloseable {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /// How many characters wait to be written at most.
  private static final int MOST_WAITING = 2 << 20;

  /// What a line costs beside its text.
  private static final int OVERHEAD = 150;

  private static final long CLOSE_MILLIS = 2_000;

  private final Path path;
  private final Size limit;
  private final Consumer<String> alarm;
  private final Thread thread;
  private List<LogLine> waiting = new ArrayList<>(); // guarded by this
  private long waitingSize; // guarded by this
  private long tooFast; // guarded by this
  private boolean closed; // guarded by this

  private volatile String trouble = "";

  // From here on: the thread only.
  private @Nullable FileChannel file;
  private long refused;
  private String refusal = "";

  /// @param bytes how large a file becomes
  /// @param files how many are kept, the one that is written included
  public record Size(long bytes, int files) {
    public static final Size USUAL = new Size(5L << 20, 3);
  }

  /// What waited to be written.
  ///
  /// @param dropped how many lines more would have been too many
  private record Batch(List<LogLine> lines, long dropped) {
    boolean isEmpty() {
      return lines.isEmpty() && dropped == 0;
    }
  }

  /// @param path its folder is made if need be
  /// @param alarm is told why the disk takes nothing, once until it takes something again
  public LogFile(Path path, Size limit, Consumer<String> alarm) {
    this.path = path;
    this.limit = limit;
    this.alarm = alarm;
    this.thread = Thread.ofPlatform().name("stoa-log").daemon().start(this::run);
  }

  /// A file that made way.
  ///
  /// @param age 1 for the latest
  static Path older(Path path, int age) {
    return path.resolveSibling(path.getFileName() + "." + age);
  }

  @Override
  public synchronized void accept(LogLine line) {
    int size = line.text().length() + OVERHEAD;
    if (waitingSize + size > MOST_WAITING) {
      tooFast++;
    } else if (!closed) {
      waiting.add(line);
      waitingSize += size;
      notifyAll();
    }
  }

  /// Where the log is, and what is wrong with it. Any thread.
  public String state() {
    String wrong = trouble;
    return wrong.isEmpty() ? path.toString() : path + ": " + wrong;
  }

  private void run() {
    try {
      for (Batch batch = next(); !batch.isEmpty(); batch = next()) {
        write(batch);
      }
      forget();
    } catch (InterruptedException e) {
      forget(); // nobody waits for it any more
    }
  }

  /// @return nothing if nothing will come
  private synchronized Batch next() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    Batch batch = new Batch(waiting, tooFast);
    waiting = new ArrayList<>();
    waitingSize = 0;
    tooFast = 0;
    return batch;
  }

  private static LogLine missing(long count, String why) {
    String text = "%,d lines are missing here: %s".formatted(count, why);
    return LogLine.now("stoa", "", new Surroundings.Line(Surroundings.Stream.WARNING, text));
  }

  private void write(Batch batch) {
    List<LogLine> lines = batch.lines();
    int done = 0;
    try {
      if (refused > 0) {
        write(missing(refused, refusal));
        refused = 0;
      }
      for (; done < lines.size(); done++) {
        write(lines.get(done));
      }
      if (batch.dropped() > 0) {
        write(missing(batch.dropped(), "they came faster than they could be written"));
      }
      trouble = "";
    } catch (IOException e) {
      refused += lines.size() - done + batch.dropped();
      refusal = "the disk did not take them: " + e.getMessage();
      forget();
      if (trouble.isEmpty()) {
        alarm.accept("the log `" + path + "` cannot be written: " + e.getMessage());
      }
      trouble = "%,d lines are missing: %s".formatted(refused, refusal);
    }
  }

  private void write(LogLine line) throws IOException {
    FileChannel to = file == null ? open() : file;
    ByteBuffer bytes =
        ByteBuffer.wrap((Json.write(line.asValue()) + "\n").getBytes(StandardCharsets.UTF_8));
    if (to.size() > 0 && to.size() + bytes.remaining() > limit.bytes()) {
      makeWay();
      to = open();
    }
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  /// What was written last may have been cut off by a full disk.
  private FileChannel open() throws IOException {
    Files.createDirectories(path.resolveSibling(""));
    FileChannel opened =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
            OWNER_ONLY);
    file = opened;
    if (opened.size() > 0 && refused > 0) {
      opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
    return opened;
  }

  private void makeWay() throws IOException {
    forget();
    for (int age = limit.files() - 1; age > 0; age--) {
      Path from = age == 1 ? path : older(path, age - 1);
      if (Files.exists(from)) {
        Files.move(from, older(path, age), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void forget() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      // Nothing is kept back in it.
    }
    file = null;
  }

  /// Returns when all that came before is written, or the disk takes too long for it.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
