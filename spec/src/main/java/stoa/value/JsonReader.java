package stoa.value;

import com.google.protobuf.ByteString;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads one value from JSON.
final class JsonReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(3 * ValueCodec.MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(100_000)
                  .build())
          .build();

  private final JsonParser in;

  private JsonReader(JsonParser in) {
    this.in = in;
  }

  static Value read(String text) {
    try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      JsonReader reader = new JsonReader(in);
      if (in.nextToken() == null) {
        throw reader.wrong("there is nothing");
      }
      Value value = reader.value(0);
      if (in.nextToken() != null) {
        throw reader.wrong("more follows after the value");
      }
      return value;
    } catch (JacksonException e) {
      throw new MalformedValueException(
          "not JSON at " + at(e.getLocation()) + ": " + e.getOriginalMessage(), e);
    }
  }

  private Value value(int depth) {
    if (depth > ValueCodec.MAX_DEPTH) {
      throw wrong("it nests deeper than " + ValueCodec.MAX_DEPTH);
    }
    return switch (in.currentToken()) {
      case VALUE_NULL -> Value.NULL;
      case VALUE_TRUE -> new Value.Bool(true);
      case VALUE_FALSE -> new Value.Bool(false);
      case VALUE_NUMBER_INT -> Value.of(in.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> real();
      case VALUE_STRING -> text(in.getString());
      case START_ARRAY -> list(depth);
      case START_OBJECT -> object(depth);
      default -> throw wrong("unexpected " + in.currentToken());
    };
  }

  private Value real() {
    double d = in.getDoubleValue();
    if (Double.isInfinite(d)) {
      throw wrong("the number " + in.getString() + " is too large for a double");
    }
    return new Value.Real(d);
  }

  private Value text(String text) {
    try {
      return new Value.Text(text);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private Value list(int depth) {
    List<Value> items = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(depth + 1));
    }
    return new Value.Sequence(items);
  }

  private Value object(int depth) {
    return interpreted(entries(depth, false));
  }

  /// What `$bytes` and its like stand for, when they stand alone.
  private Value interpreted(Map<String, Value> entries) {
    if (entries.size() != 1) {
      return dictionary(entries);
    }
    Map.Entry<String, Value> only = entries.entrySet().iterator().next();
    return only.getKey().startsWith("$")
        ? tagged(only.getKey(), only.getValue())
        : dictionary(entries);
  }

  /// Reads an object as it stands. Only under a `$map` that is alone is the content taken as it
  /// stands too, and in such a content `$map` is a key like any other.
  private Map<String, Value> entries(int depth, boolean content) {
    Map<String, Value> entries = new LinkedHashMap<>();
    Map<String, Value> literal = Map.of();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = in.currentName();
      Value value;
      if (in.nextToken() == JsonToken.START_OBJECT && key.equals("$map") && !content) {
        literal = entries(depth + 1, true);
        value = dictionary(literal);
      } else {
        value = value(depth + 1);
      }
      if (entries.put(key, value) != null) {
        throw wrong("the key `" + key + "` occurs twice");
      }
    }
    if (entries.size() > 1 && !literal.isEmpty()) {
      entries.put("$map", interpreted(literal));
    }
    return entries;
  }

  private Value dictionary(Map<String, Value> entries) {
    try {
      return new Value.Dictionary(entries);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private Value tagged(String tag, Value content) {
    try {
      return switch (tag) {
        case "$map" -> new Value.Dictionary(content.asMap());
        case "$bytes" ->
            new Value.Bytes(ByteString.copyFrom(Base64.getDecoder().decode(content.asText())));
        case "$timestamp" -> new Value.Timestamp(Instant.parse(content.asText()));
        case "$double" -> named(content.asText());
        case "$reference" ->
            throw wrong("a reference cannot be made from JSON: only its owner hands it out");
        default ->
            throw wrong(
                "`%s` is no known tag; a map with this one key is written {\"$map\": {\"%s\": ...}}"
                    .formatted(tag, tag));
      };
    } catch (IllegalStateException | IllegalArgumentException | DateTimeException e) {
      throw wrong("bad content of `" + tag + "`: " + e.getMessage());
    }
  }

  private Value named(String text) {
    return switch (text) {
      case "NaN" -> new Value.Real(Double.NaN);
      case "Infinity" -> new Value.Real(Double.POSITIVE_INFINITY);
      case "-Infinity" -> new Value.Real(Double.NEGATIVE_INFINITY);
      default -> throw new IllegalArgumentException("`" + text + "`");
    };
  }

  private MalformedValueException wrong(String why) {
    return new MalformedValueException("not a value at " + at(in.currentLocation()) + ": " + why);
  }

  private static String at(TokenStreamLocation location) {
    return "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
