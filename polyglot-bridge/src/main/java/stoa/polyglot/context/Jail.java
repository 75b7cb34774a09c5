package stoa.polyglot.context;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;
import org.jspecify.annotations.Nullable;
import stoa.files.OutsideException;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;

/// The files that a context sees: none before its module is known, then what that may [Reach].
/// Everything else is refused in words that say what is missing. On the context's thread.
public final class Jail implements FileSystem {
  private static final Path VIRTUAL = Path.of("/stoa:");

  private static final Set<OpenOption> CHANGING =
      Set.of(
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND,
          StandardOpenOption.CREATE,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.DELETE_ON_CLOSE);

  /// Reads as empty and takes everything; libraries count on it.
  private static final Path NOTHING = Path.of("/dev/null");

  /// Where GraalPy looks for the number of its process, before it finds it in another way.
  private static final Path PROCESS = Path.of("/proc/self/stat");

  private final FileSystem system = FileSystem.newDefaultFileSystem();
  private final Map<String, String> virtual;
  private final OpenFiles open = new OpenFiles();
  private @Nullable Reach reach;

  /// @param virtual texts that are imported by a bare name, by that name
  Jail(Map<String, String> virtual) {
    this.virtual = virtual;
  }

  /// From now on the files of this source can be seen, and what was granted to it. Once.
  ///
  /// @throws NoSuchFileException if the source does not exist
  void open(ModuleSource source, Surroundings surroundings) throws IOException {
    reach = new Reach(source, surroundings);
  }

  /// The module's folder; empty for a single file.
  String folder() {
    Reach known = reach;
    return known == null ? "" : known.folder().map(Path::toString).orElse("");
  }

  /// The module's data folder, which is made if it was not there; empty: it has none.
  String data() {
    Reach known = reach;
    return known == null ? "" : known.made().map(Path::toString).orElse("");
  }

  /// Why a file was refused just now; empty: it was not.
  ///
  /// @param use as [Reach#why]
  String why(String path, String use) {
    Reach known = reach;
    return known == null ? "" : known.why(path, use.charAt(0)).orElse("");
  }

  /// The guest has ended, or was given up: what it has open is closed. Any thread.
  void close() {
    open.close();
  }

  private Reach reach(Path path) throws NoSuchFileException {
    Reach known = reach;
    // Python looks for its frozen library under names that are no files.
    if (known == null || path.toString().startsWith("<") || path.equals(PROCESS)) {
      throw new NoSuchFileException(path.toString());
    }
    return known;
  }

  private interface Deed<T> {
    T on(Reach reach) throws IOException;
  }

  /// Looks at something that may be refused.
  private <T> T look(Path path, Deed<T> deed) throws IOException {
    return act(path, false, deed);
  }

  /// Does something that may be refused, and is told then.
  private <T> T use(Path path, boolean write, Deed<T> deed) throws IOException {
    T done = act(path, true, deed);
    reach(path).used(path, write);
    return done;
  }

  private <T> T act(Path path, boolean notes, Deed<T> deed) throws IOException {
    Reach known = reach(path);
    try {
      return deed.on(known);
    } catch (OutsideException e) {
      if (!virtual.isEmpty() && !path.isAbsolute()) {
        throw new NoSuchFileException(path.toString()); // a bare name: a package that is not there
      }
      throw known.refusal(e, notes);
    }
  }

  // ---- names ----

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
  public Path toAbsolutePath(Path path) {
    Reach known = reach;
    return known == null ? Path.of("/").resolve(path) : known.workingFolder().resolve(path);
  }

  @Override
  public Path toRealPath(Path path, LinkOption... options) throws IOException {
    return virtualText(path).isPresent()
        ? path
        : look(path, known -> known.files().toRealPath(known.toRead(path), options));
  }

  @Override
  public void setCurrentWorkingDirectory(Path folder) {
    Reach known = reach;
    if (known != null) {
      known.enter(known.toRead(folder)); // whoever cannot read it reads nothing there
    }
  }

  // ---- looking ----

  @Override
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
      throws IOException {
    if (path.equals(NOTHING)) {
      system.checkAccess(path, modes, options);
    } else if (virtualText(path).isEmpty()) {
      boolean write = modes.contains(AccessMode.WRITE);
      look(
          path,
          known -> {
            Path meant = write ? known.absolute(path) : known.toRead(path);
            known.files().checkAccess(meant, modes, options);
            return meant;
          });
    }
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    if (virtualText(path).isPresent()) {
      throw new NoSuchFileException(path.toString());
    }
    if (path.equals(NOTHING)) {
      return system.readAttributes(path, attributes, options);
    }
    return look(
        path, known -> known.files().readAttributes(known.toRead(path), attributes, options));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    var _ = toRealPath(link, LinkOption.NOFOLLOW_LINKS);
    throw new NotLinkException(link.toString()); // where a link leads is told by following it
  }

  // ---- using ----

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Optional<String> text = virtualText(path);
    if (text.isPresent()) {
      return new TextChannel(text.get());
    }
    if (path.equals(NOTHING)) {
      return system.newByteChannel(path, options, attributes);
    }
    boolean write = options.stream().anyMatch(CHANGING::contains);
    Set<OpenOption> how = new HashSet<>(options);
    if (!write) {
      how.removeIf(option -> option instanceof StandardOpenOption); // how to write
      how.add(StandardOpenOption.READ);
    }
    return use(
        path,
        write,
        known -> {
          Path meant = write ? known.absolute(path) : known.toRead(path);
          try {
            return open.file(path, () -> known.files().newByteChannel(meant, how, attributes));
          } catch (FileSystemException e) {
            if (write || !known.isFolder(meant)) {
              throw e;
            }
            return new TextChannel(""); // Python holds on to a folder so, and reads it by its name
          }
        });
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    return use(
        path,
        false,
        known ->
            open.folder(path, () -> known.files().newDirectoryStream(known.toRead(path), filter)));
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    change(path, known -> known.files().createDirectory(known.absolute(path), attributes));
  }

  @Override
  public void delete(Path path) throws IOException {
    change(path, known -> known.files().delete(known.absolute(path)));
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    change(
        source,
        known -> known.files().move(known.absolute(source), known.absolute(target), options));
    reach(target).used(target, true);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    change(
        path, known -> known.files().setAttribute(known.absolute(path), attribute, value, options));
  }

  private interface Change {
    void on(Reach reach) throws IOException;
  }

  private void change(Path path, Change change) throws IOException {
    use(
        path,
        true,
        known -> {
          change.on(known);
          return known;
        });
  }

  private Optional<String> virtualText(Path path) {
    return path.startsWith(VIRTUAL)
        ? Optional.ofNullable(virtual.get(String.valueOf(path.getFileName())))
        : Optional.empty();
  }
}
