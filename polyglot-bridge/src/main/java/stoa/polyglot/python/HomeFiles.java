package stoa.polyglot.python;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/// A jail with a window to Python's own library, which may be read and not written.
final class HomeFiles implements FileSystem {
  private final FileSystem jail;
  private final FileSystem library =
      FileSystem.newReadOnlyFileSystem(FileSystem.newDefaultFileSystem());
  private final Path home;

  HomeFiles(FileSystem jail, Path home) {
    this.jail = jail;
    this.home = home;
  }

  private FileSystem of(Path path) {
    return isOfLibrary(path) ? library : jail;
  }

  private boolean isOfLibrary(Path path) {
    return jail.toAbsolutePath(path).normalize().startsWith(home);
  }

  @Override
  public void setCurrentWorkingDirectory(Path folder) {
    jail.setCurrentWorkingDirectory(folder);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    (isOfLibrary(target) ? library : of(source)).move(source, target, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    of(path).setAttribute(path, attribute, value, options);
  }

  @Override
  public Path parsePath(URI uri) {
    return jail.parsePath(uri);
  }

  @Override
  public Path parsePath(String path) {
    return jail.parsePath(path);
  }

  @Override
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
      throws IOException {
    of(path).checkAccess(path, modes, options);
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    of(path).createDirectory(path, attributes);
  }

  @Override
  public void delete(Path path) throws IOException {
    of(path).delete(path);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return of(path).newByteChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    return of(path).newDirectoryStream(path, filter);
  }

  @Override
  public Path toAbsolutePath(Path path) {
    return jail.toAbsolutePath(path);
  }

  @Override
  public Path toRealPath(Path path, LinkOption... options) throws IOException {
    return of(path).toRealPath(path, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return of(path).readAttributes(path, attributes, options);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    return of(link).readSymbolicLink(link);
  }
}
