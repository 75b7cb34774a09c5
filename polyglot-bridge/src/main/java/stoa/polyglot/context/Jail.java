package stoa.polyglot.context;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;
import stoa.module.ModuleSource;

/// The files that a module may see: its own file, or its folder; none before the module is known.
/// Reading only. What stands outside looks as if it did not exist, so that libraries that probe for
/// files go on; a symbolic link counts as what it points to.
public final class Jail implements FileSystem {
  private static final Path VIRTUAL = Path.of("/stoa:");

  private final FileSystem files = FileSystem.newDefaultFileSystem();
  private final Map<String, String> virtual;
  private volatile Bounds bounds = Bounds.NOTHING;

  /// @param virtual texts that are imported by a bare name, by that name
  Jail(Map<String, String> virtual) {
    this.virtual = virtual;
  }

  /// What may be seen.
  ///
  /// @param folder whether the root is one
  /// @param workingFolder where relative names start
  private record Bounds(Path root, boolean folder, Path workingFolder) {
    static final Bounds NOTHING = new Bounds(VIRTUAL, false, Path.of("/"));

    static Bounds of(ModuleSource source) throws IOException {
      if (source.kind() == ModuleSource.Kind.CONSOLE) {
        return NOTHING;
      }
      Optional<Path> folder = source.folder();
      Path root = folder.orElse(source.main()).toRealPath();
      Path parent = root.getParent();
      return new Bounds(
          root, folder.isPresent(), folder.isPresent() || parent == null ? root : parent);
    }

    /// Keeps paths far away from touching the disk: how long that takes, and how it fails, would
    /// tell what exists.
    boolean mayHold(Path absolute) {
      return absolute.startsWith(root) || absolute.startsWith(workingFolder);
    }

    boolean hold(Path real) {
      return folder ? real.startsWith(root) : real.equals(root);
    }
  }

  /// From now on the files of this source can be seen. Once.
  ///
  /// @throws NoSuchFileException if the source does not exist
  void open(ModuleSource source) throws IOException {
    bounds = Bounds.of(source);
  }

  /// The module's folder; empty for a single file.
  String folder() {
    Bounds known = bounds;
    return known.folder() ? known.root().toString() : "";
  }

  @Override
  public Path parsePath(URI uri) {
    if (!"file".equals(uri.getScheme())) {
      throw new IllegalArgumentException("no module `" + uri + "` here");
    }
    return Path.of(uri);
  }

  @Override
  public Path parsePath(String path) {
    return virtual.containsKey(path) ? VIRTUAL.resolve(path) : Path.of(path);
  }

  @Override
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
      throws IOException {
    if (modes.contains(AccessMode.WRITE)) {
      throw readOnly(path);
    }
    if (virtualText(path).isEmpty()) {
      files.checkAccess(inside(path), modes, options);
    }
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (options.stream()
        .anyMatch(o -> o != StandardOpenOption.READ && !(o instanceof LinkOption))) {
      throw readOnly(path);
    }
    Optional<String> text = virtualText(path);
    return text.isPresent()
        ? new TextChannel(text.get())
        : files.newByteChannel(inside(path), options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    Path real = inside(path);
    if (!bounds.folder()) {
      throw new NotDirectoryException(path.toString());
    }
    return files.newDirectoryStream(real, filter);
  }

  @Override
  public Path toAbsolutePath(Path path) {
    return bounds.workingFolder().resolve(path);
  }

  @Override
  public Path toRealPath(Path path, LinkOption... options) throws IOException {
    return virtualText(path).isPresent() ? path : inside(path);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    if (virtualText(path).isPresent()) {
      throw new NoSuchFileException(path.toString());
    }
    return files.readAttributes(inside(path), attributes, options);
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    throw new NoSuchFileException(link.toString());
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    throw readOnly(path);
  }

  @Override
  public void delete(Path path) throws IOException {
    throw readOnly(path);
  }

  private Optional<String> virtualText(Path path) {
    return path.startsWith(VIRTUAL)
        ? Optional.ofNullable(virtual.get(String.valueOf(path.getFileName())))
        : Optional.empty();
  }

  /// The real path, or "no such file" when it leads outside.
  private Path inside(Path path) throws IOException {
    Bounds known = bounds;
    Path absolute = known.workingFolder().resolve(path).normalize();
    if (!known.mayHold(absolute)) {
      throw new NoSuchFileException(path.toString());
    }
    Path real = absolute.toRealPath();
    if (!known.hold(real)) {
      throw new NoSuchFileException(path.toString());
    }
    return real;
  }

  private static AccessDeniedException readOnly(Path path) {
    return new AccessDeniedException(
        path.toString(),
        null,
        "modules cannot write files; scripts can use stoa.write(path, data)");
  }

  /// A text in memory, read once from the beginning.
  private static final class TextChannel implements SeekableByteChannel {
    private final byte[] content;
    private final ReadableByteChannel channel;
    private long position;

    TextChannel(String text) {
      content = text.getBytes(StandardCharsets.UTF_8);
      channel = Channels.newChannel(new ByteArrayInputStream(content));
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int count = channel.read(target);
      position += Math.max(0, count);
      return count;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long wanted) {
      throw new UnsupportedOperationException("a virtual file is read once");
    }

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public int write(ByteBuffer source) {
      throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
      throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
