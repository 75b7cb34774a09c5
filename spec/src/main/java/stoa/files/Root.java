package stoa.files;

import java.nio.file.Path;

/// A file, or a folder with all that is in it, that may be used.
///
/// @param path absolute; may lead over links, if who uses the files cannot change those
public record Root(Path path, Right right) {
  /// What may be done there.
  public enum Right {
    READ,
    /// Reading. Who uses the files has brought these along, and the links among them.
    SHIPPED,
    /// Reading too.
    WRITE,
    /// As [#WRITE]; the folder is made when it is first needed, for its owner alone. So neither it
    /// nor the folder around it may be a link that came from somewhere.
    MADE;

    boolean covers(boolean write) {
      return !write || this == WRITE || this == MADE;
    }
  }

  public Root {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("a root must be absolute, was `" + path + "`");
    }
    path = path.normalize();
  }

  public static Root toRead(Path path) {
    return new Root(path, Right.READ);
  }

  public static Root shipped(Path path) {
    return new Root(path, Right.SHIPPED);
  }

  public static Root toWrite(Path path) {
    return new Root(path, Right.WRITE);
  }

  public static Root made(Path folder) {
    return new Root(folder, Right.MADE);
  }
}
