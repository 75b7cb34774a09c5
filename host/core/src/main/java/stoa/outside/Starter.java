package stoa.outside;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import stoa.process.Errand;

/// Starts programs.
@FunctionalInterface
public interface Starter {
  /// @param module for which it runs, confined as the module itself; empty: for the user
  /// @param words the program's path, and its arguments
  /// @return to be closed
  Errand start(Optional<String> module, List<String> words) throws IOException;
}
