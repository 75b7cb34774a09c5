package stoa.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Goes from a root to a file, one name after the other, and holds each folder while it looks for
/// the next name in it. A link is not followed: what it says is a new way, which must begin at a
/// root again.
///
/// @param holds whether folders are held, where the system can; otherwise they are checked before
///   and after
record Walk(Roots roots, boolean holds) {
  /// Links on one way, and changes that are met on it.
  static final int MOST_TURNS = 40;

  /// What is wanted.
  ///
  /// @param asked absolute, as the caller named it
  /// @param write whether it is to be changed
  /// @param follows whether a link at the end of the way counts as what it points to
  record Wish(Path asked, boolean write, boolean follows) {}

  private sealed interface Step {
    record Arrived(Spot spot) implements Step {}

    /// A link, or something that has changed meanwhile.
    record Turn(Path absolute) implements Step {}
  }

  /// @return to be closed
  /// @throws OutsideException if it leads outside of what may be used
  Spot to(Wish wish) throws IOException {
    Path way = wish.asked().normalize();
    for (int turns = 0; turns < MOST_TURNS; turns++) {
      Optional<Roots.Start> start = roots.startOf(way, wish.write());
      if (start.isEmpty()) {
        throw new OutsideException(wish.asked(), wish.write(), turns > 0 ? way : null);
      }
      switch (from(start.get(), wish)) {
        case Step.Arrived(Spot spot) -> {
          return spot;
        }
        case Step.Turn(Path next) -> way = next;
      }
    }
    throw new FileSystemLoopException(wish.asked().toString());
  }

  private Step from(Roots.Start start, Wish wish) throws IOException {
    boolean ends = start.rest().toString().isEmpty();
    if (start.root().right() == Root.Right.MADE && (wish.write() || ends)) {
      make(start.at());
    }
    if (ends) {
      return new Step.Arrived(new Spot.Top(start.at()));
    }
    Way way = new Way(start, folder(start.at()));
    boolean held = false;
    try {
      Step step = way.go(wish);
      held = step instanceof Step.Arrived;
      return step;
    } finally {
      if (!held) {
        way.here.close();
      }
    }
  }

  private static void make(Path folder) throws IOException {
    if (Files.exists(folder)) {
      return;
    }
    FileAttribute<?>[] forOwner =
        folder.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(folder, forOwner);
  }

  /// A folder whose path nobody can change who uses these files.
  Folder folder(Path real) throws IOException {
    DirectoryStream<Path> stream =
        real.getFileSystem().provider().newDirectoryStream(real, _ -> true);
    if (holds && stream instanceof SecureDirectoryStream<Path> secure) {
      return new HeldFolder(secure);
    }
    stream.close();
    return new NamedFolder(real);
  }

  /// The state of one walk.
  private static final class Way {
    private final Roots.Start start;
    private Path at;
    private Folder here;

    Way(Roots.Start start, Folder first) {
      this.start = start;
      this.at = start.at();
      this.here = first;
    }

    Step go(Wish wish) throws IOException {
      int last = start.rest().getNameCount() - 1;
      for (int i = 0; i < last; i++) {
        Path turn = into(i, wish);
        if (turn != null) {
          return new Step.Turn(turn);
        }
      }
      Path name = start.rest().getName(last);
      return wish.follows() && isLink(name)
          ? new Step.Turn(target(name).normalize())
          : new Step.Arrived(new Spot.Entry(here, name, at.resolve(name), start.at()));
    }

    /// Goes into the folder with this number on the way.
    ///
    /// @return null, or where the way leads instead
    private @Nullable Path into(int number, Wish wish) throws IOException {
      Path name = start.rest().getName(number);
      BasicFileAttributes attributes = here.attributes(name);
      Path ahead = start.rest().subpath(number + 1, start.rest().getNameCount());
      if (attributes.isSymbolicLink()) {
        return target(name).resolve(ahead).normalize();
      }
      if (!attributes.isDirectory()) {
        throw new NotDirectoryException(wish.asked().toString());
      }
      Folder next;
      try {
        next = here.folder(name);
      } catch (NoSuchFileException e) {
        throw e;
      } catch (FileSystemException e) {
        if (here.attributes(name).isDirectory()) {
          throw e;
        }
        return at.resolve(name).resolve(ahead); // it was replaced just now
      }
      here.close();
      here = next;
      at = at.resolve(name);
      return null;
    }

    private boolean isLink(Path name) throws IOException {
      try {
        return here.attributes(name).isSymbolicLink();
      } catch (NoSuchFileException e) {
        return false;
      }
    }

    /// Only names come out of this, so it does no harm if the folder is another one by now.
    private Path target(Path name) throws IOException {
      try {
        return at.resolve(Files.readSymbolicLink(at.resolve(name)));
      } catch (FileSystemException e) {
        return at.resolve(name); // it was replaced just now
      }
    }
  }
}
