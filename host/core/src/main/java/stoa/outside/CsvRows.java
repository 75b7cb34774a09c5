package stoa.outside;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stoa.value.Value;

/// The rows of a CSV text with a header (RFC 4180), one at a time, as maps of text. A row that does
/// not fit the header is told as such, and the next can still be read. One thread reads.
public final class CsvRows implements Closeable {
  private final CsvReader<CsvRecord> reader;
  private final Iterator<CsvRecord> records;
  private final List<String> header;

  /// @throws IllegalArgumentException if the header is missing or names a column twice
  /// @throws IOException if the text cannot be read
  public CsvRows(InputStream in) throws IOException {
    reader =
        CsvReader.builder()
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .skipEmptyLines(true)
            .ofCsvRecord(
                new InputStreamReader(withoutMark(in), StandardCharsets.UTF_8.newDecoder()));
    records = reader.iterator();
    header = header();
  }

  private static InputStream withoutMark(InputStream in) throws IOException {
    PushbackInputStream start = new PushbackInputStream(in, 3);
    byte[] mark = start.readNBytes(3);
    if (mark.length < 3
        || mark[0] != (byte) 0xef
        || mark[1] != (byte) 0xbb
        || mark[2] != (byte) 0xbf) {
      start.unread(mark);
    }
    return start;
  }

  private List<String> header() throws IOException {
    Optional<CsvRecord> first = record();
    List<String> names =
        first
            .map(CsvRecord::getFields)
            .orElseThrow(() -> new IllegalArgumentException("it is empty: a header is needed"));
    if (new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException("its header names a column twice: " + names);
    }
    return names;
  }

  /// One row, or what is wrong with it.
  public sealed interface Row {
    /// The line on which it begins, counted from 1.
    long line();
  }

  public record Good(long line, Value.Dictionary fields) implements Row {}

  /// @param why follows after `the row in line 3 ...`
  public record Bad(long line, String why) implements Row {}

  /// The next row, or empty at the end.
  ///
  /// @throws IOException if the text cannot be read on: it is not UTF-8, or a field is beyond all
  ///   measure
  public Optional<Row> next() throws IOException {
    return record().map(this::row);
  }

  private Row row(CsvRecord row) {
    if (row.getFieldCount() != header.size()) {
      return new Bad(
          row.getStartingLineNumber(),
          "has %s, the header has %d"
              .formatted(
                  row.getFieldCount() == 1 ? "1 field" : row.getFieldCount() + " fields",
                  header.size()));
    }
    Map<String, Value> fields = new LinkedHashMap<>();
    for (int i = 0; i < header.size(); i++) {
      fields.put(header.get(i), new Value.Text(row.getField(i)));
    }
    return new Good(row.getStartingLineNumber(), new Value.Dictionary(fields));
  }

  private Optional<CsvRecord> record() throws IOException {
    try {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CsvParseException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
