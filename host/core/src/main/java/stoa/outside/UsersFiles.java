package stoa.outside;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/// All files that the user of this process may use.
///
/// @param folder where relative paths begin
public record UsersFiles(Path folder) implements Reach {
  @Override
  public Path toRead(String path) {
    return under(folder, path);
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

  @Override
  public SeekableByteChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
    return Files.newByteChannel(file, options);
  }

  @Override
  public String hint() {
    return "Relative paths begin at the working folder, " + folder + ".";
  }

  @Override
  public long most() {
    return Integer.MAX_VALUE - 8;
  }
}
