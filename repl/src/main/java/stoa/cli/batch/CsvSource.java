package stoa.cli.batch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import stoa.outside.CsvRows;
import stoa.value.Value;

/// The rows of a CSV text with a header, as maps of text.
public final class CsvSource implements Source {
  private final CsvRows rows;

  /// @throws IllegalArgumentException if the header is of no use
  public CsvSource(InputStream in) throws IOException {
    rows = new CsvRows(in);
  }

  @Override
  public Optional<Entry> next() throws IOException {
    return rows.next().map(CsvSource::entry);
  }

  private static Entry entry(CsvRows.Row row) {
    return switch (row) {
      case CsvRows.Good(long _, Value.Dictionary fields) -> new Item(fields);
      case CsvRows.Bad(long line, String why) ->
          new Broken("the row in line " + line + " of the input " + why + ".");
    };
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
