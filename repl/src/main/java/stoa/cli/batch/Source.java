package stoa.cli.batch;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import stoa.value.Value;

/// Where the items of a batch come from, one at a time. One thread reads.
public interface Source extends Closeable {

  /// One item, or what is wrong with it.
  sealed interface Entry {}

  record Item(Value value) implements Entry {}

  /// @param message a whole sentence that names the line
  record Broken(String message) implements Entry {}

  /// The next item, or empty at the end.
  ///
  /// @throws IOException if the input cannot be read on
  Optional<Entry> next() throws IOException;
}
