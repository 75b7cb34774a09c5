package stoa.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.HashSet;
import java.util.Set;

/// A folder that is open: the kernel finds its entries from there (openat, fstatat, unlinkat,
/// renameat).
record HeldFolder(SecureDirectoryStream<Path> folder) implements Folder {
  @Override
  public BasicFileAttributes attributes(Path name) throws IOException {
    return view(name, BasicFileAttributeView.class).readAttributes();
  }

  @Override
  public <V extends FileAttributeView> V view(Path name, Class<V> type) {
    return Spot.known(folder.getFileAttributeView(name, type, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public Folder folder(Path name) throws IOException {
    return new HeldFolder(opened(name));
  }

  private SecureDirectoryStream<Path> opened(Path name) throws IOException {
    return folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public SeekableByteChannel channel(
      Path name, Set<OpenOption> options, FileAttribute<?>... attributes) throws IOException {
    Set<OpenOption> all = new HashSet<>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    return folder.newByteChannel(name, all, attributes);
  }

  @Override
  public DirectoryStream<Path> entries(Path name) throws IOException {
    return opened(name);
  }

  @Override
  public void deleteFile(Path name) throws IOException {
    folder.deleteFile(name);
  }

  @Override
  public void deleteFolder(Path name) throws IOException {
    folder.deleteDirectory(name);
  }

  @Override
  public void move(Path name, Folder to, Path newName) throws IOException {
    if (!(to instanceof HeldFolder(SecureDirectoryStream<Path> target))) {
      throw new IllegalArgumentException("folders of two kinds");
    }
    folder.move(name, target, newName);
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
