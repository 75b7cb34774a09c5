package stoa.client;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stoa.value.Value;

/// Values as the Java types that a bound interface asks for.
final class JavaTypes {
  private JavaTypes() {}

  /// @throws IllegalStateException if the value is not of that type, naming both
  static @Nullable Object convert(Value value, Type type) {
    if (type instanceof ParameterizedType generic) {
      return container(value, generic);
    }
    if (type == void.class || type == Void.class) {
      return null;
    }
    if (value.isNull() && !(type instanceof Class<?> c && (c.isPrimitive() || c == Value.class))) {
      return null;
    }
    return type instanceof Class<?> plain ? plain(value, plain) : value.plain();
  }

  private static @Nullable Object container(Value value, ParameterizedType type) {
    Type[] of = type.getActualTypeArguments();
    Class<?> raw = (Class<?>) type.getRawType();
    if (raw == Optional.class) {
      return Optional.ofNullable(convert(value, of[0]));
    }
    if (value.isNull()) {
      return null;
    }
    if (raw.isAssignableFrom(ArrayList.class)) {
      List<@Nullable Object> items = new ArrayList<>();
      value.asList().forEach(item -> items.add(convert(item, of[0])));
      return items;
    }
    if (raw.isAssignableFrom(LinkedHashMap.class)) {
      Map<String, @Nullable Object> entries = new LinkedHashMap<>();
      value.asMap().forEach((key, entry) -> entries.put(key, convert(entry, of[1])));
      return entries;
    }
    throw unknown(type);
  }

  private static @Nullable Object plain(Value value, Class<?> type) {
    if (type == Value.class) {
      return value;
    }
    if (type.isRecord()) {
      return record(value, type);
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> ((Enum<?>) constant).name().equals(value.asText()))
          .findFirst()
          .orElseThrow(
              () -> new IllegalStateException("no " + type.getSimpleName() + " is " + value));
    }
    return switch (type.getName()) {
      case "int", "java.lang.Integer" -> Math.toIntExact(value.asLong());
      case "long", "java.lang.Long" -> value.asLong();
      case "short", "java.lang.Short" -> (short) Math.toIntExact(value.asLong());
      case "double", "java.lang.Double" -> value.asDouble();
      case "float", "java.lang.Float" -> (float) value.asDouble();
      case "boolean", "java.lang.Boolean" -> value.asBoolean();
      case "java.lang.String", "java.lang.CharSequence" -> value.asText();
      default -> fitting(value, type);
    };
  }

  private static @Nullable Object fitting(Value value, Class<?> type) {
    @Nullable Object plain = value.plain();
    if (type.isInstance(plain)) {
      return plain;
    }
    throw new IllegalStateException(
        "the module answered with " + value.kind() + ", which is no " + type.getName());
  }

  private static Object record(Value value, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      arguments[i] = convert(value.at(components[i].getName()), components[i].getGenericType());
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getName() + " of " + value, e);
    }
  }

  private static IllegalStateException unknown(Type type) {
    return new IllegalStateException(
        "`" + type + "` is no type that a value can be; use List, Map, Optional, records or Value");
  }
}
