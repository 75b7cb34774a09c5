package stoa.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.StreamSupport;

/// The entries of a folder, below the path by which it was asked for.
record Listing(
    DirectoryStream<Path> entries, Path folder, DirectoryStream.Filter<? super Path> filter)
    implements DirectoryStream<Path> {
  @Override
  public Iterator<Path> iterator() {
    return StreamSupport.stream(entries.spliterator(), false)
        .map(entry -> folder.resolve(entry.getFileName()))
        .filter(this::accepted)
        .iterator();
  }

  private boolean accepted(Path entry) {
    try {
      return filter.accept(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    entries.close();
  }
}
