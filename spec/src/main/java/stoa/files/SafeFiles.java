package stoa.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// The files below some roots, and none else, for somebody who may himself write in some of them
/// and so may change what a path means at any moment.
///
/// A path outside of the roots is refused by its name alone, without a look at the disk. A link is
/// followed if it leads to a place inside; links on the way to a root are the user's, and are
/// followed unless they lie where the one who is served may write. What is done is done to the very
/// file that was found: each folder is held while the next name is looked for in it (openat), so a
/// name that is swapped for a link in between leads nowhere. Pipes, devices and sockets are not
/// opened: they could block for ever. There is no way to make links.
///
/// What hosts keep for themselves and for processes ([HostsFolder]) is outside of every root.
///
/// What remains:
///
/// * A hard link is a file like any other: one that lies inside shows its content. None can be made
///   here, and Linux lets nobody make one to a file of somebody else.
/// * A file that is replaced by a pipe between the look at it and its opening blocks the thread. It
///   takes a process that can make pipes in a folder where it may write.
/// * A system whose folders cannot be held (Windows) is asked before and after.
/// * A folder is made under its root first and then moved to its place, which fails where that is
///   on another file system.
///
/// All paths are absolute. `..` takes back the name before it, whatever that is. Safe from any
/// thread.
public final class SafeFiles {
  private final Walk walk;

  public SafeFiles(List<Root> roots) {
    this(roots, true);
  }

  /// @param holds whether to hold folders, where the system can
  SafeFiles(List<Root> roots, boolean holds) {
    walk = new Walk(new Roots(roots), holds);
  }

  /// Opens a file, as [Files#newByteChannel].
  ///
  /// @throws OutsideException if it may not be read, or written
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Set<OpenOption> how = new HashSet<>(options);
    boolean follows =
        !how.remove(LinkOption.NOFOLLOW_LINKS) && !how.contains(StandardOpenOption.CREATE_NEW);
    boolean write = how.stream().anyMatch(option -> option != StandardOpenOption.READ);
    return at(
        new Walk.Wish(path, write, follows),
        spot -> {
          checkFile(path, spot);
          return spot.channel(how, attributes);
        });
  }

  /// Attributes as [Files#readAttributes(Path, String, LinkOption...)] names them.
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
      throws IOException {
    return at(
        reading(path, options),
        spot -> {
          BasicFileAttributes held = spot.attributes();
          boolean everything = names.endsWith("*");
          Map<String, Object> found =
              byName(() ->
                  new HashMap<>(
                      Files.readAttributes(
                          spot.real(),
                          everything ? names : names + ",fileKey",
                          LinkOption.NOFOLLOW_LINKS)));
          if (!Objects.equals(held.fileKey(), found.get("fileKey"))) {
            throw new Changed();
          }
          if (!everything && !Arrays.asList(names.split("[:,]")).contains("fileKey")) {
            found.remove("fileKey");
          }
          return found;
        });
  }

  public BasicFileAttributes readAttributes(Path path, LinkOption... options) throws IOException {
    return at(reading(path, options), Spot::attributes);
  }

  /// Sets a time of a file, or its permissions: `lastModifiedTime`, `lastAccessTime`,
  /// `creationTime`, `posix:permissions`, `unix:mode`.
  ///
  /// @throws UnsupportedOperationException if it is another attribute, or the system has none such
  public void setAttribute(Path path, String name, Object value, LinkOption... options)
      throws IOException {
    Change change = Change.of(name, value);
    at(
        new Walk.Wish(path, true, follows(options)),
        spot -> {
          if (spot.attributes().isOther()) {
            throw noFile(path);
          }
          change.make(spot);
          return path;
        });
  }

  /// Whether a file is there and may be used so; as [java.nio.file.spi.FileSystemProvider].
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options)
      throws IOException {
    boolean write = modes.contains(AccessMode.WRITE);
    at(
        new Walk.Wish(path, write, follows(options)),
        spot -> {
          BasicFileAttributes held = spot.attributes();
          if (!held.isSymbolicLink()) {
            byName(() -> {
              AccessMode[] wanted = modes.toArray(AccessMode[]::new);
              spot.real().getFileSystem().provider().checkAccess(spot.real(), wanted);
              return held;
            });
          }
          return held;
        });
  }

  private interface Question<T> {
    T ask() throws IOException;
  }

  /// Asks about a file that was found, by its path. That may mean another one by now, of which
  /// nothing must be told.
  private static <T> T byName(Question<T> question) throws IOException {
    try {
      return question.ask();
    } catch (AccessDeniedException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new Changed();
    }
  }

  /// The path without links.
  ///
  /// @throws NoSuchFileException if nothing is there
  public Path toRealPath(Path path, LinkOption... options) throws IOException {
    return at(
        reading(path, options),
        spot -> {
          spot.attributes();
          return spot.real();
        });
  }

  /// What is in a folder, below the path as it was given.
  ///
  /// @return to be closed
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    return at(
        reading(path),
        spot -> {
          if (!spot.attributes().isDirectory()) {
            throw new NotDirectoryException(path.toString());
          }
          return new Listing(spot.entries(), path, filter);
        });
  }

  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    at(
        changing(path),
        spot -> {
          switch (spot) {
            case Spot.Top(Path real) -> Files.createDirectory(real, attributes);
            case Spot.Entry entry -> createDirectory(entry, attributes);
          }
          return path;
        });
  }

  /// There is no call that makes a folder in one that is held.
  private void createDirectory(Spot.Entry entry, FileAttribute<?>... attributes)
      throws IOException {
    if (entry.top().equals(entry.real().getParent())) {
      Files.createDirectory(entry.real(), attributes);
      return;
    }
    if (exists(entry)) {
      throw new FileAlreadyExistsException(entry.name().toString());
    }
    String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path made = Files.createDirectory(entry.top().resolve(".new-" + random), attributes);
    boolean moved = false;
    try (Folder top = walk.folder(entry.top())) {
      top.move(made.getFileName(), entry.folder(), entry.name());
      moved = true;
    } finally {
      if (!moved) {
        Files.deleteIfExists(made);
      }
    }
  }

  /// Deletes a file, a link, or an empty folder.
  public void delete(Path path) throws IOException {
    at(
        changing(path),
        spot -> {
          Spot.Entry entry = inRoot(path, spot);
          if (entry.attributes().isDirectory()) {
            entry.folder().deleteFolder(entry.name());
          } else {
            entry.folder().deleteFile(entry.name());
          }
          return path;
        });
  }

  /// Moves a file or folder within one file system.
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    List<CopyOption> how = Arrays.asList(options);
    boolean replaces =
        how.contains(StandardCopyOption.REPLACE_EXISTING)
            || how.contains(StandardCopyOption.ATOMIC_MOVE);
    try (Spot from = spot(changing(source));
        Spot to = spot(changing(target))) {
      Spot.Entry moved = inRoot(source, from);
      Spot.Entry place = inRoot(target, to);
      if (!exists(moved)) {
        throw new NoSuchFileException(source.toString());
      }
      if (!replaces && exists(place)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      moved.folder().move(moved.name(), place.folder(), place.name());
    } catch (OutsideException e) {
      throw e;
    } catch (FileSystemException e) {
      throw named(source, e);
    }
  }

  private Spot spot(Walk.Wish wish) throws IOException {
    try {
      return walk.to(wish);
    } catch (OutsideException e) {
      throw new OutsideException(wish.asked(), wish.write(), e.target().orElse(null));
    }
  }

  private static boolean exists(Spot spot) throws IOException {
    try {
      spot.attributes();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// A root stays where it is: its folder is not theirs.
  private static Spot.Entry inRoot(Path path, Spot spot) throws IOException {
    if (spot instanceof Spot.Entry entry) {
      return entry;
    }
    throw new FileSystemException(
        path.toString(), null, "what was granted cannot be moved or deleted, only what is in it");
  }

  private static void checkFile(Path path, Spot spot) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = spot.attributes();
    } catch (NoSuchFileException e) {
      return; // to be created, or told by who opens it
    }
    if (attributes.isDirectory()) {
      throw new FileSystemException(path.toString(), null, "Is a directory");
    }
    if (attributes.isOther()) {
      throw noFile(path);
    }
  }

  private static FileSystemException noFile(Path path) {
    return new FileSystemException(
        path.toString(), null, "it is no file but a pipe, a device or a socket");
  }

  private static Walk.Wish reading(Path path, LinkOption... options) {
    return new Walk.Wish(path, false, follows(options));
  }

  private static Walk.Wish changing(Path path) {
    return new Walk.Wish(path, true, false);
  }

  private static boolean follows(LinkOption... options) {
    return options.length == 0;
  }

  private interface Deed<T> {
    T at(Spot spot) throws IOException;
  }

  /// What was found is another file by now.
  private static final class Changed extends IOException {
    private static final long serialVersionUID = 1;
  }

  /// Does something where a way ends, and begins anew if that has become a link meanwhile.
  private <T> T at(Walk.Wish wish, Deed<T> deed) throws IOException {
    for (int turns = 0; turns < Walk.MOST_TURNS; turns++) {
      try (Spot spot = walk.to(wish)) {
        try {
          return deed.at(spot);
        } catch (FileSystemException e) {
          if (!wish.follows() || !isLink(spot)) {
            throw e;
          }
        } catch (Changed e) {
          // anew
        } catch (IOException e) {
          // A link where there was none, says UnixChannelFactory.
          if (!wish.follows()) {
            throw new FileSystemException(wish.asked().toString(), null, "it is a link");
          }
        }
      } catch (FileSystemException e) {
        throw e instanceof OutsideException outside
            ? new OutsideException(wish.asked(), wish.write(), outside.target().orElse(null))
            : named(wish.asked(), e);
      }
    }
    throw new FileSystemException(
        wish.asked().toString(), null, "it changes faster than it can be opened");
  }

  private static boolean isLink(Spot spot) throws IOException {
    return exists(spot) && spot.attributes().isSymbolicLink();
  }

  /// The same, of the path that was asked for: what it means is nobody's business.
  private static FileSystemException named(Path asked, FileSystemException e) {
    String path = asked.toString();
    return switch (e) {
      case NoSuchFileException _ -> new NoSuchFileException(path);
      case FileAlreadyExistsException _ -> new FileAlreadyExistsException(path);
      case DirectoryNotEmptyException _ -> new DirectoryNotEmptyException(path);
      case NotDirectoryException _ -> new NotDirectoryException(path);
      case AccessDeniedException _ -> new AccessDeniedException(path);
      default -> new FileSystemException(path, null, e.getReason());
    };
  }
}
