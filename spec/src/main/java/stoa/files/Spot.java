package stoa.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a way has ended. What is done there is done to this very entry, and follows no link.
sealed interface Spot extends Closeable {
  /// Its path without links, as it was when the way was gone.
  Path real();

  /// @throws java.nio.file.NoSuchFileException if nothing is there
  BasicFileAttributes attributes() throws IOException;

  /// @throws UnsupportedOperationException if the system has no such view
  <V extends FileAttributeView> V view(Class<V> type) throws IOException;

  static <V extends FileAttributeView> V known(@Nullable V view) {
    if (view == null) {
      throw new UnsupportedOperationException("there are no such attributes here");
    }
    return view;
  }

  SeekableByteChannel channel(Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException;

  /// The names in it.
  DirectoryStream<Path> entries() throws IOException;

  @Override
  void close() throws IOException;

  /// The beginning of a way itself: nobody else can change its path.
  record Top(Path real) implements Spot {
    @Override
    public BasicFileAttributes attributes() throws IOException {
      return Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public <V extends FileAttributeView> V view(Class<V> type) {
      return known(Files.getFileAttributeView(real, type, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public SeekableByteChannel channel(Set<OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      Set<OpenOption> all = new HashSet<>(options);
      all.add(LinkOption.NOFOLLOW_LINKS);
      return Files.newByteChannel(real, all, attributes);
    }

    @Override
    public DirectoryStream<Path> entries() throws IOException {
      return real.getFileSystem().provider().newDirectoryStream(real, _ -> true);
    }

    @Override
    public void close() {}
  }

  /// An entry of a folder that is held.
  ///
  /// @param top where the way to it began
  record Entry(Folder folder, Path name, Path real, Path top) implements Spot {
    @Override
    public BasicFileAttributes attributes() throws IOException {
      return folder.attributes(name);
    }

    @Override
    public <V extends FileAttributeView> V view(Class<V> type) throws IOException {
      return folder.view(name, type);
    }

    @Override
    public SeekableByteChannel channel(Set<OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return folder.channel(name, options, attributes);
    }

    @Override
    public DirectoryStream<Path> entries() throws IOException {
      return folder.entries(name);
    }

    @Override
    public void close() throws IOException {
      folder.close();
    }
  }
}
