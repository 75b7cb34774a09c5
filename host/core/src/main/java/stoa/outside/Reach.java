package stoa.outside;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import stoa.call.FailureException;

/// The files that somebody may use, and where his relative paths begin.
public interface Reach {
  /// The file that a path means for who wants to read it.
  ///
  /// @throws IllegalArgumentException with what follows the name of the method, if it means none
  Path toRead(String path);

  /// The file that a path means for who wants to write it.
  ///
  /// @throws IllegalArgumentException with what follows the name of the method, if it means none
  Path toWrite(String path);

  /// @throws FailureException DENIED
  SeekableByteChannel open(Path file, Set<? extends OpenOption> options) throws IOException;

  /// Where to look when there is no such file, for people.
  String hint();

  /// How many bytes may be taken into memory at once.
  long most();
}
