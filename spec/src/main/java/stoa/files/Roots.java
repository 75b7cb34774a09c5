package stoa.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a way to a file may begin.
///
/// A root is found on the disk by its path, over links too: the user made them. Unless they lie in
/// a folder that the one who uses the files has brought along or may write in: they could be
/// anybody's. Paths outside of all roots are told by their names alone, without a look at the disk:
/// how long that takes, and how it fails, would tell what exists.
record Roots(List<Root> roots) {
  private static final int MOST_LINKS = 40;

  Roots {
    // Of roots within each other the outer one counts: who may write there may replace the inner.
    roots =
        roots.stream().sorted(Comparator.comparingInt(root -> root.path().getNameCount())).toList();
  }

  /// The beginning of a way.
  ///
  /// @param at without links, and nobody who uses the files can put one there
  /// @param rest the way from there; empty if it ends there
  /// @param root by which it is allowed
  record Start(Path at, Path rest, Root root) {}

  /// @param absolute normal
  /// @return empty if it is outside
  Optional<Start> startOf(Path absolute, boolean write) throws IOException {
    return inside(absolute, write)
        .filter(start -> !HostsFolder.holds(start.at().resolve(start.rest())));
  }

  private Optional<Start> inside(Path absolute, boolean write) throws IOException {
    Optional<Root> named =
        allowing(write).filter(root -> absolute.startsWith(root.path())).findFirst();
    if (named.isPresent()) {
      Root root = named.get();
      Path real = real(root);
      Path rest = root.path().relativize(absolute);
      return Optional.of(start(root, real, rest.toString().isEmpty() ? real : real.resolve(rest)));
    }
    for (Root root : allowing(write).toList()) {
      Optional<Path> real = realIfAny(root).filter(absolute::startsWith);
      if (real.isPresent()) {
        return Optional.of(start(root, real.get(), absolute));
      }
    }
    return Optional.empty();
  }

  private Stream<Root> allowing(boolean write) {
    return roots.stream().filter(root -> root.right().covers(write));
  }

  /// From the outermost folder whose content may change under way.
  private Start start(Root root, Path real, Path target) {
    Path at =
        allowing(true)
            .flatMap(writable -> realIfAny(writable).stream())
            .filter(real::startsWith)
            .min(Comparator.comparingInt(Path::getNameCount))
            .orElse(real);
    return new Start(at, at.relativize(target), root);
  }

  private Optional<Path> realIfAny(Root root) {
    try {
      return Optional.of(real(root));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// A root without the links on the way to it. What does not exist yet is taken as it is named.
  private Path real(Root root) throws IOException {
    Path at = top(root.path());
    Deque<Path> ahead = new ArrayDeque<>();
    root.path().forEach(ahead::add);
    for (int links = 0; !ahead.isEmpty(); ) {
      Path name = ahead.removeFirst();
      Path next = name.toString().equals("..") ? parent(at) : at.resolve(name);
      if (!isLink(next)) {
        at = next;
        continue;
      }
      Path target = Files.readSymbolicLink(next);
      boolean made = root.right() == Root.Right.MADE && ahead.size() < 2;
      if (++links > MOST_LINKS || made || isInTheirHands(at)) {
        throw new OutsideException(root.path(), false, next.resolveSibling(target).normalize());
      }
      at = target.isAbsolute() ? top(target) : at;
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        ahead.addFirst(target.getName(i));
      }
    }
    return at;
  }

  private static Path top(Path path) {
    Path top = path.getRoot();
    return top == null ? path : top;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private static boolean isLink(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isSymbolicLink();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Whether those who use the files have made, or may change, what is in a folder. A root that
  /// they have led astray counts too: that refuses more, and the one by which they did it is among
  /// them.
  private boolean isInTheirHands(Path folder) {
    return roots.stream()
        .filter(root -> root.right() != Root.Right.READ)
        .anyMatch(root -> {
          try {
            return folder.startsWith(root.path()) || folder.startsWith(root.path().toRealPath());
          } catch (IOException e) {
            return false;
          }
        });
  }
}
