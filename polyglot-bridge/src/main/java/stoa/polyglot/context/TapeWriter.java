package stoa.polyglot.context;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stoa.value.Value;

/// Values on their way into a guest: a string of codes, one letter for each value, and the scalars
/// that they stand for. The guest builds its own native objects from it, so it never sees an object
/// of the host.
///
/// Codes: `n` null, `u` not given, `S` the stream of the caller, `R` an object (the guest's own, or
/// a proxy that the guest made), `t` `f` booleans, `i` integer, `I` integer that the guest's
/// numbers cannot hold (as hexadecimal text), `r` double, `s` text, `b` bytes, `T` timestamp
/// (seconds, nanoseconds), `[` list `]`, `{` map `}` with each key before its value.
final class TapeWriter {
  private final StringBuilder codes = new StringBuilder();
  private final List<Object> scalars = new ArrayList<>();
  private final Border border;
  private final Dialect dialect;

  TapeWriter(Border border) {
    this.border = border;
    this.dialect = border.dialect();
  }

  /// What a guest function gets: `first`, then the codes, then the scalars.
  @Nullable Object[] after(@Nullable Object... first) {
    @Nullable Object[] all = new @Nullable Object[first.length + 1 + scalars.size()];
    System.arraycopy(first, 0, all, 0, first.length);
    all[first.length] = codes.toString();
    for (int i = 0; i < scalars.size(); i++) {
      all[first.length + 1 + i] = scalars.get(i);
    }
    return all;
  }

  TapeWriter add(Value value) {
    switch (value) {
      case Value.Null _ -> codes.append('n');
      case Value.Bool(boolean b) -> codes.append(b ? 't' : 'f');
      case Value.Int(long n) -> integer(n);
      case Value.BigInt(BigInteger n) -> put('I', n.toString(16));
      case Value.Real(double d) -> put('r', d);
      case Value.Text(String s) -> put('s', s);
      case Value.Bytes(var bytes) -> put('b', dialect.bytes(bytes.toByteArray()));
      case Value.Timestamp(Instant at) -> {
        put('T', dialect.number(at.getEpochSecond()));
        scalars.add(at.getNano());
      }
      case Value.Sequence(List<Value> items) -> list(items);
      case Value.Dictionary(Map<String, Value> entries) -> map(entries);
      case Value.Reference reference -> put('R', border.object(reference));
    }
    return this;
  }

  /// Arguments by position as a list, in which an empty one means "use the default"; then named
  /// ones as a map.
  TapeWriter add(Binding.Bound bound) {
    codes.append('[');
    for (int i = 0; i < bound.positional().size(); i++) {
      char absent = i == bound.stream() ? 'S' : 'u';
      bound.positional().get(i).ifPresentOrElse(this::add, () -> codes.append(absent));
    }
    codes.append(']');
    map(bound.named());
    return this;
  }

  private void list(List<Value> items) {
    codes.append('[');
    items.forEach(this::add);
    codes.append(']');
  }

  private void map(Map<String, Value> entries) {
    codes.append('{');
    entries.forEach((key, value) -> {
      scalars.add(key);
      add(value);
    });
    codes.append('}');
  }

  private void integer(long n) {
    if (dialect.holds(n)) {
      put('i', dialect.number(n));
    } else {
      put('I', Long.toString(n, 16));
    }
  }

  private void put(char code, Object scalar) {
    codes.append(code);
    scalars.add(scalar);
  }
}
