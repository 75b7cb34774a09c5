package stoa.polyglot.context;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The files that a context has open: not more than its share of what the host may have open, and
/// none when it has ended, whatever its guest still does. Any thread.
final class OpenFiles implements Closeable {
  static final int MOST = 1_000;

  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// What opens something.
  @FunctionalInterface
  interface Opening<T extends Closeable> {
    T open() throws IOException;
  }

  /// @throws FileSystemException as the system says it when there are too many
  SeekableByteChannel file(Path path, Opening<SeekableByteChannel> opening) throws IOException {
    return new Counted(counted(path, opening), this);
  }

  /// @throws FileSystemException as [#file]
  DirectoryStream<Path> folder(Path path, Opening<DirectoryStream<Path>> opening)
      throws IOException {
    return new CountedFolder(counted(path, opening), this);
  }

  private <T extends Closeable> T counted(Path path, Opening<T> opening) throws IOException {
    if (open.size() >= MOST) {
      throw new FileSystemException(path.toString(), null, "Too many open files");
    }
    T opened = opening.open();
    open.add(opened);
    if (closed) {
      close(opened);
      throw new FileSystemException(path.toString(), null, "the module has ended");
    }
    return opened;
  }

  private void close(Closeable one) throws IOException {
    open.remove(one);
    one.close();
  }

  /// Closes all that is open.
  @Override
  public void close() {
    closed = true;
    for (Closeable one : open) {
      try {
        close(one);
      } catch (IOException e) {
        // It is closed nevertheless; the guest that wrote it is gone.
      }
    }
  }

  private record CountedFolder(DirectoryStream<Path> entries, OpenFiles all)
      implements DirectoryStream<Path> {
    @Override
    public Iterator<Path> iterator() {
      return entries.iterator();
    }

    @Override
    public void close() throws IOException {
      all.close(entries);
    }
  }

  private record Counted(SeekableByteChannel channel, OpenFiles all)
      implements SeekableByteChannel {
    @Override
    public int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return channel.write(source);
    }

    @Override
    public long position() throws IOException {
      return channel.position();
    }

    @Override
    public SeekableByteChannel position(long wanted) throws IOException {
      channel.position(wanted);
      return this;
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      channel.truncate(size);
      return this;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      all.close(channel);
    }
  }
}
