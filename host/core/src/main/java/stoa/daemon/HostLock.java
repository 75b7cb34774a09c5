package stoa.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Held by the one host of a run folder for as long as it lives. The kernel gives it up when the
/// process dies, however it dies.
public final class HostLock implements AutoCloseable {
  private static final long POLL_MILLIS = 20;

  /// A lock that is not closed lasts as long as the process, and not until it is collected.
  private static final Set<HostLock> HELD = ConcurrentHashMap.newKeySet();

  private final FileChannel file;
  private final FileLock lock;

  private HostLock(FileChannel file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /// Who has the lock, by what it wrote; meaningless when nobody has it.
  ///
  /// @param build which program it is: [HostFinder]
  public record Holder(long pid, String build) {
    private String text() {
      return pid + "\n" + build + "\n";
    }

    private static Holder of(String text) {
      String[] lines = text.split("\n", -1);
      return new Holder(Long.parseLong(lines[0]), lines[1]);
    }
  }

  /// Takes the lock, waiting for a host that is about to end.
  ///
  /// @return empty if another host keeps it
  public static Optional<HostLock> take(RunFolder folder, String build, Duration patience)
      throws IOException, InterruptedException {
    FileChannel file =
        FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long end = System.nanoTime() + patience.toNanos();
    @Nullable FileLock lock = tried(file);
    while (lock == null && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      lock = tried(file);
    }
    if (lock == null) {
      file.close();
      return Optional.empty();
    }
    Holder holder = new Holder(ProcessHandle.current().pid(), build);
    file.truncate(0);
    file.write(ByteBuffer.wrap(holder.text().getBytes(StandardCharsets.UTF_8)));
    HostLock held = new HostLock(file, lock);
    HELD.add(held);
    return Optional.of(held);
  }

  private static @Nullable FileLock tried(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another host of this very process
    }
  }

  /// What the last host wrote. It may be gone.
  static Optional<Holder> holder(Path file) {
    try {
      return Optional.of(Holder.of(Files.readString(file)));
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /// Whether a process has the lock now.
  static boolean isHeld(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      @Nullable FileLock mine = tried(channel);
      return mine == null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    HELD.remove(this);
    try {
      lock.release();
      file.close();
    } catch (IOException e) {
      System.getLogger("stoa").log(System.Logger.Level.WARNING, "cannot give up the lock", e);
    }
  }
}
