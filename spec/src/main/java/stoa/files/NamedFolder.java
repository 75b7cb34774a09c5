package stoa.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.HashSet;
import java.util.Set;

/// A folder that is known by its path only, where the system offers no more: whether the path still
/// means it is asked before and after. A change back and forth in between is not seen.
///
/// @param real without links
record NamedFolder(Path real) implements Folder {
  @Override
  public BasicFileAttributes attributes(Path name) throws IOException {
    check();
    BasicFileAttributes attributes =
        Files.readAttributes(
            real.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    check();
    return attributes;
  }

  @Override
  public <V extends FileAttributeView> V view(Path name, Class<V> type) throws IOException {
    check();
    return Spot.known(
        Files.getFileAttributeView(real.resolve(name), type, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public Folder folder(Path name) throws IOException {
    NamedFolder inner = new NamedFolder(real.resolve(name));
    inner.check();
    return inner;
  }

  @Override
  public SeekableByteChannel channel(
      Path name, Set<OpenOption> options, FileAttribute<?>... attributes) throws IOException {
    Set<OpenOption> all = new HashSet<>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    check();
    SeekableByteChannel channel = Files.newByteChannel(real.resolve(name), all, attributes);
    return checked(channel);
  }

  @Override
  public DirectoryStream<Path> entries(Path name) throws IOException {
    NamedFolder inner = new NamedFolder(real.resolve(name));
    inner.check();
    return inner.checked(inner.listed());
  }

  @Override
  public void deleteFile(Path name) throws IOException {
    check();
    Files.delete(real.resolve(name));
  }

  @Override
  public void deleteFolder(Path name) throws IOException {
    deleteFile(name);
  }

  @Override
  public void move(Path name, Folder to, Path newName) throws IOException {
    if (!(to instanceof NamedFolder target)) {
      throw new IllegalArgumentException("folders of two kinds");
    }
    check();
    target.check();
    Files.move(
        real.resolve(name), target.real.resolve(newName), StandardCopyOption.REPLACE_EXISTING);
  }

  private DirectoryStream<Path> listed() throws IOException {
    return real.getFileSystem().provider().newDirectoryStream(real, _ -> true);
  }

  private <T extends Closeable> T checked(T opened) throws IOException {
    try {
      check();
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private void check() throws IOException {
    if (!real.toRealPath().equals(real)) {
      throw new FileSystemException(real.toString(), null, "it was replaced by a link");
    }
  }

  @Override
  public void close() {}
}
