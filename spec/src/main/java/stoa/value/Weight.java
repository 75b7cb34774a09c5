package stoa.value;

import java.util.List;
import java.util.Map;

/// About how much memory values take, in bytes: what is bounded by it cannot fill a heap, however
/// it is made.
public final class Weight {
  private static final long OBJECT = 16;

  private Weight() {}

  public static long of(Arguments arguments) {
    return ofAll(arguments.positional()) + ofAll(arguments.named());
  }

  public static long of(Value value) {
    return OBJECT
        + switch (value) {
          case Value.Text(String text) -> text.length();
          case Value.Bytes(var bytes) -> bytes.size();
          case Value.BigInt(var number) -> number.bitLength() / 8;
          case Value.Sequence(List<Value> items) -> ofAll(items);
          case Value.Dictionary(Map<String, Value> entries) -> ofAll(entries);
          case Value.Null _,
              Value.Bool _,
              Value.Int _,
              Value.Real _,
              Value.Timestamp _,
              Value.Reference _ ->
              0;
        };
  }

  private static long ofAll(List<Value> items) {
    long all = 0;
    for (Value item : items) {
      all += of(item);
    }
    return all;
  }

  private static long ofAll(Map<String, Value> entries) {
    long all = 0;
    for (Map.Entry<String, Value> entry : entries.entrySet()) {
      all += OBJECT + entry.getKey().length() + of(entry.getValue());
    }
    return all;
  }
}
