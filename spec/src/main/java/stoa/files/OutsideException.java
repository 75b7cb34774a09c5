package stoa.files;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A path leads to where nothing may be done. Says nothing of what is there.
public final class OutsideException extends AccessDeniedException {
  private static final long serialVersionUID = 1;

  private final boolean write;
  private final @Nullable String target;

  /// @param target where the path leads over a link; null: there is none
  OutsideException(Path path, boolean write, @Nullable Path target) {
    super(
        path.toString(),
        null,
        target != null
            ? "it leads over a link to where it may not"
            : "it may not be " + (write ? "written" : "read"));
    this.write = write;
    this.target = target == null ? null : target.toString();
  }

  /// What completes a sentence about the place where a path leads.
  public static String over(Path path) {
    return ", to which `%s` leads over a link.".formatted(path);
  }

  /// Whether it was to be changed.
  public boolean write() {
    return write;
  }

  /// Where the path leads, which itself is inside, over links; empty: it meets none. Told by the
  /// text of the links alone.
  public Optional<Path> target() {
    return Optional.ofNullable(target).map(Path::of);
  }
}
