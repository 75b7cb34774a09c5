package stoa.value;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One piece of data that can cross a call. Immutable; prints as JSON. PROTOCOL.md, "Values", says
/// how each kind looks in JavaScript, Python, JSON and on the wire.
public sealed interface Value {
  /// The one null. Nobody else makes a [Null], so that its class is always initialised from here
  /// and two threads cannot wait for each other.
  @SuppressWarnings("ClassInitializationDeadlock")
  Value NULL = new Null();

  record Null() implements Value {
    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  record Bool(boolean value) implements Value {
    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /// An integer of 64 bits.
  record Int(long value) implements Value {
    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  record Real(double value) implements Value {
    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /// Well-formed Unicode: no surrogate stands alone.
  record Text(String value) implements Value {
    public Text {
      Surrogates.requirePaired(value);
    }

    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  record Bytes(ByteString value) implements Value {
    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  record Sequence(List<Value> items) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /// Keys are text; the order of insertion is kept.
  record Dictionary(Map<String, Value> entries) implements Value {
    public Dictionary {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      entries.keySet().forEach(Surrogates::requirePaired);
    }

    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /// An integer that does not fit 64 bits.
  record BigInt(BigInteger value) implements Value {
    public BigInt {
      if (value.bitLength() < Long.SIZE) {
        throw new IllegalArgumentException(value + " fits 64 bits: it is an Int");
      }
    }

    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /// An instant of the years 1 to 9999 of UTC, which is what every language here can say.
  record Timestamp(Instant value) implements Value {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant BEHIND = Instant.parse("+10000-01-01T00:00:00Z");

    public Timestamp {
      if (value.isBefore(FIRST) || !value.isBefore(BEHIND)) {
        throw new IllegalArgumentException(
            "timestamp " + value + " is outside the years 1 to 9999");
      }
    }

    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /// The name of an object that stays where it is.
  record Reference(String owner, long number) implements Value {
    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /// Turns plain Java data into a value: null, Boolean, integers, floats, CharSequence, byte[],
  /// Iterable, Map with text keys, arrays of objects, BigInteger, Instant, enums (by name), records
  /// (as maps) and Values themselves.
  ///
  /// @throws IllegalArgumentException for anything else, naming its class
  static Value of(@Nullable Object plain) {
    return PlainJava.toValue(plain);
  }

  /// The same, for what is part of a call.
  ///
  /// @param name how the whole is called, as `result`: an error names the path from there
  static Value of(@Nullable Object plain, String name) {
    return PlainJava.toValue(plain, name);
  }

  static Value of(BigInteger number) {
    return number.bitLength() < Long.SIZE ? new Int(number.longValueExact()) : new BigInt(number);
  }

  /// This value as plain Java data: null, Boolean, Long, Double, String, byte[], List, Map,
  /// BigInteger, Instant, or the [Reference] itself.
  default @Nullable Object plain() {
    return PlainJava.fromValue(this);
  }

  default boolean isNull() {
    return this instanceof Null;
  }

  /// @throws IllegalStateException if this is no integer of 64 bits
  default long asLong() {
    if (this instanceof Int(long n)) {
      return n;
    }
    throw wrong("integer");
  }

  /// Integers count as numbers too.
  ///
  /// @throws IllegalStateException if this is no number
  default double asDouble() {
    return switch (this) {
      case Real(double d) -> d;
      case Int(long n) -> n;
      case BigInt(BigInteger n) -> n.doubleValue();
      default -> throw wrong("number");
    };
  }

  default boolean asBoolean() {
    if (this instanceof Bool(boolean b)) {
      return b;
    }
    throw wrong("boolean");
  }

  default String asText() {
    if (this instanceof Text(String s)) {
      return s;
    }
    throw wrong("text");
  }

  default List<Value> asList() {
    if (this instanceof Sequence(List<Value> items)) {
      return items;
    }
    throw wrong("list");
  }

  default Map<String, Value> asMap() {
    if (this instanceof Dictionary(Map<String, Value> entries)) {
      return entries;
    }
    throw wrong("map");
  }

  /// An element of a list; null if there is none.
  default Value at(int index) {
    List<Value> items = asList();
    return index < items.size() ? items.get(index) : NULL;
  }

  /// An entry of a map; null if there is none.
  default Value at(String key) {
    return asMap().getOrDefault(key, NULL);
  }

  /// What a person calls this kind of value: `text`, `list`.
  default String kind() {
    return switch (this) {
      case Null _ -> "null";
      case Bool _ -> "boolean";
      case Int _, BigInt _ -> "integer";
      case Real _ -> "double";
      case Text _ -> "text";
      case Bytes _ -> "bytes";
      case Sequence _ -> "list";
      case Dictionary _ -> "map";
      case Timestamp _ -> "timestamp";
      case Reference _ -> "reference";
    };
  }

  private IllegalStateException wrong(String wanted) {
    return new IllegalStateException(
        "expected " + wanted + ", got " + kind() + " " + Json.write(this));
  }

  /// Lists in order.
  static Value list(Value... items) {
    return new Sequence(List.of(items));
  }
}
