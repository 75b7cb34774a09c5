package stoa.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Set;

/// A folder whose entries are reached by name, whatever its own path means by now. No method
/// follows a link. One thread.
sealed interface Folder extends Closeable permits HeldFolder, NamedFolder {
  BasicFileAttributes attributes(Path name) throws IOException;

  /// What can be asked and said about an entry.
  ///
  /// @throws UnsupportedOperationException if the system has no such view
  <V extends FileAttributeView> V view(Path name, Class<V> type) throws IOException;

  /// A folder in it.
  ///
  /// @throws java.nio.file.FileSystemException also if it is a link
  Folder folder(Path name) throws IOException;

  SeekableByteChannel channel(Path name, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException;

  /// The names in the folder `name`.
  DirectoryStream<Path> entries(Path name) throws IOException;

  void deleteFile(Path name) throws IOException;

  void deleteFolder(Path name) throws IOException;

  /// Moves an entry into a folder of the same kind; what has its new name is replaced.
  void move(Path name, Folder to, Path newName) throws IOException;

  @Override
  void close() throws IOException;
}
