package stoa.files;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/// A path leads to where nothing may be done. Says nothing of what is there.
public final class OutsideException extends AccessDeniedException {
  private static final long serialVersionUID = 1;

  private final boolean write;
  private final boolean byLink;

  OutsideException(Path path, boolean write, boolean byLink) {
    super(
        path.toString(),
        null,
        byLink
            ? "it leads over a link to where it may not"
            : "it may not be " + (write ? "written" : "read"));
    this.write = write;
    this.byLink = byLink;
  }

  /// Whether it was to be changed.
  public boolean write() {
    return write;
  }

  /// Whether the path itself is inside, and a link on it leads out.
  public boolean byLink() {
    return byLink;
  }
}
