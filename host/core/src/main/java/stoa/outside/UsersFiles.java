package stoa.outside;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import stoa.call.Budget;

/// All files that the user of this process may use.
///
/// @param folder where relative paths begin; empty: there are none
/// @param most bytes of one value
public record UsersFiles(Optional<Path> folder, long most) implements Reach {
  private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  /// For code in this process.
  public static UsersFiles in(Path folder) {
    return new UsersFiles(Optional.of(folder), LONGEST_ARRAY);
  }

  /// For callers that are somewhere else.
  static UsersFiles ofHost() {
    return new UsersFiles(Optional.empty(), Budget.MAX);
  }

  @Override
  public Path toRead(String path) {
    return folder
        .map(known -> under(known, path))
        .orElseGet(() -> absolute(path, "the host does not know where you are"));
  }

  @Override
  public Path toWrite(String path) {
    return toRead(path);
  }

  static Path under(Path folder, String path) {
    try {
      return folder.resolve(path).normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("`" + path + "` is no path: " + e.getReason(), e);
    }
  }

  /// @param why there are no others
  static Path absolute(String path, String why) {
    Path given = under(Path.of(""), path);
    if (!given.isAbsolute()) {
      throw new IllegalArgumentException("`" + path + "` must be the whole path: " + why);
    }
    return given;
  }

  @Override
  public SeekableByteChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    return Files.newByteChannel(file, options);
  }

  @Override
  public String hint() {
    return folder
        .map(known -> "Relative paths begin at the working folder, " + known + ".")
        .orElse("");
  }
}
