package stoa.value;

import com.google.protobuf.ByteString;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values from and to the classes of the JDK.
final class PlainJava {
  private PlainJava() {}

  static Value toValue(@Nullable Object plain) {
    return switch (plain) {
      case null -> Value.NULL;
      case Value value -> value;
      case Boolean b -> new Value.Bool(b);
      case Byte n -> new Value.Int(n);
      case Short n -> new Value.Int(n);
      case Integer n -> new Value.Int(n);
      case Long n -> new Value.Int(n);
      case BigInteger n -> Value.of(n);
      case Float d -> new Value.Real(d);
      case Double d -> new Value.Real(d);
      case CharSequence text -> new Value.Text(text.toString());
      case Character c -> new Value.Text(c.toString());
      case Enum<?> constant -> new Value.Text(constant.name());
      case byte[] bytes -> new Value.Bytes(ByteString.copyFrom(bytes));
      case ByteString bytes -> new Value.Bytes(bytes);
      case Instant at -> new Value.Timestamp(at);
      case Map<?, ?> map -> dictionary(map);
      case Iterable<?> items -> sequence(items);
      case Record data -> dictionary(data);
      default -> other(plain);
    };
  }

  /// @param name what an error calls the whole
  static Value toValue(@Nullable Object plain, String name) {
    try {
      return toValue(plain);
    } catch (NotPlain e) {
      throw new IllegalArgumentException("`" + name + e.path + "`: " + e.what, e);
    }
  }

  private static Value other(Object plain) {
    if (!plain.getClass().isArray()) {
      throw new NotPlain(
          "an object of class `"
              + plain.getClass().getName()
              + "` is not plain data: give null, boolean, numbers, text, byte[], Instant, lists, maps or records of"
              + " these",
          "");
    }
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < Array.getLength(plain); i++) {
      items.add(inside("[" + i + "]", Array.get(plain, i)));
    }
    return new Value.Sequence(items);
  }

  private static Value sequence(Iterable<?> items) {
    List<Value> values = new ArrayList<>();
    items.forEach(item -> values.add(inside("[" + values.size() + "]", item)));
    return new Value.Sequence(values);
  }

  private static Value inside(String step, @Nullable Object part) {
    try {
      return toValue(part);
    } catch (NotPlain e) {
      throw new NotPlain(e.what, step + e.path);
    }
  }

  /// Something that is no value, and where in the whole it stands.
  private static final class NotPlain extends IllegalArgumentException {
    private final String what;
    private final String path;

    NotPlain(String what, String path) {
      super(path.isEmpty() ? what : what + " (at `" + path + "`)");
      this.what = what;
      this.path = path;
    }
  }

  private static Value dictionary(Map<?, ?> map) {
    Map<String, Value> entries = new LinkedHashMap<>();
    map.forEach((key, value) -> {
      if (!(key instanceof String text)) {
        throw new NotPlain("a map key must be text, was `" + key + "`", "");
      }
      entries.put(text, inside("." + text, value));
    });
    return new Value.Dictionary(entries);
  }

  private static Value dictionary(Record data) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (RecordComponent component : data.getClass().getRecordComponents()) {
      entries.put(component.getName(), inside("." + component.getName(), read(data, component)));
    }
    return new Value.Dictionary(entries);
  }

  private static @Nullable Object read(Record data, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(data);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalArgumentException(
          "cannot read `" + component.getName() + "` of record `" + data.getClass().getName() + "`",
          e);
    }
  }

  static @Nullable Object fromValue(Value value) {
    return switch (value) {
      case Value.Null _ -> null;
      case Value.Bool(boolean b) -> b;
      case Value.Int(long n) -> n;
      case Value.Real(double d) -> d;
      case Value.Text(String text) -> text;
      case Value.Bytes(ByteString bytes) -> bytes.toByteArray();
      case Value.Sequence(List<Value> items) -> plainList(items);
      case Value.Dictionary(Map<String, Value> entries) -> plainMap(entries);
      case Value.BigInt(BigInteger n) -> n;
      case Value.Timestamp(Instant at) -> at;
      case Value.Reference reference -> reference;
    };
  }

  private static List<@Nullable Object> plainList(List<Value> items) {
    List<@Nullable Object> plain = new ArrayList<>();
    items.forEach(item -> plain.add(fromValue(item)));
    return plain;
  }

  private static Map<String, @Nullable Object> plainMap(Map<String, Value> entries) {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    entries.forEach((key, value) -> plain.put(key, fromValue(value)));
    return plain;
  }
}
