package stoa.cli.batch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import stoa.cli.cbor.CborItems;
import stoa.value.MalformedValueException;
import stoa.value.Value;

/// The items of a CBOR sequence.
public final class CborSource implements Source {
  private final CborItems items;

  public CborSource(InputStream in) {
    items = new CborItems(in);
  }

  @Override
  public Optional<Entry> next() throws IOException {
    try {
      return items.next().map(CborSource::entry);
    } catch (MalformedValueException e) {
      throw new IOException("it is " + e.getMessage(), e);
    }
  }

  private static Entry entry(CborItems.Item item) {
    return switch (item) {
      case CborItems.Good(Value value) -> new Item(value);
      case CborItems.Bad(MalformedValueException why) ->
          new Broken("the input is " + why.getMessage() + ".");
    };
  }

  @Override
  public void close() throws IOException {
    items.close();
  }
}
