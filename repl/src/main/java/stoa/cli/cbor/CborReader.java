package stoa.cli.cbor;

import com.google.protobuf.UnsafeByteOperations;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import stoa.value.Value;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORParser;

/// Makes the value of an item that [CborItems] found to be in order. The library checks less than a
/// value needs: it takes numbers for keys, tags for decoration and any bytes for text.
final class CborReader {
  private static final CBORFactory FACTORY =
      CBORFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final Pattern DATE_TIME =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");

  private final CBORParser in;

  private CborReader(CBORParser in) {
    this.in = in;
  }

  /// @throws IllegalArgumentException if the item is no value after all
  static Value read(byte[] item) {
    try (CBORParser in = (CBORParser) FACTORY.createParser(ObjectReadContext.empty(), item)) {
      in.nextToken();
      return new CborReader(in).value();
    } catch (JacksonException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("bad timestamp: " + e.getMessage(), e);
    }
  }

  private Value value() {
    int tag = in.getCurrentTag();
    return switch (in.currentToken()) {
      case VALUE_NULL -> Value.NULL;
      case VALUE_TRUE -> new Value.Bool(true);
      case VALUE_FALSE -> new Value.Bool(false);
      case VALUE_NUMBER_INT ->
          tag == CborTag.EPOCH
              ? epoch(new BigDecimal(in.getBigIntegerValue()))
              : Value.of(in.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT ->
          tag == CborTag.EPOCH
              ? epoch(BigDecimal.valueOf(in.getDoubleValue()))
              : new Value.Real(in.getDoubleValue());
      case VALUE_STRING ->
          tag == CborTag.DATE_TIME ? dateTime(in.getString()) : new Value.Text(in.getString());
      case VALUE_EMBEDDED_OBJECT ->
          new Value.Bytes(UnsafeByteOperations.unsafeWrap(in.getBinaryValue()));
      case START_ARRAY -> list();
      case START_OBJECT -> map();
      default -> throw new IllegalArgumentException("unexpected " + in.currentToken());
    };
  }

  private Value list() {
    List<Value> items = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      items.add(value());
    }
    return new Value.Sequence(items);
  }

  private Value map() {
    Map<String, Value> entries = new LinkedHashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = in.currentName();
      in.nextToken();
      if (entries.put(key, value()) != null) {
        throw new IllegalArgumentException("the key `" + key + "` occurs twice");
      }
    }
    return new Value.Dictionary(entries);
  }

  /// RFC 4287, section 3.3, which RFC 8949 refers to, wants T and Z in capitals.
  private static Value dateTime(String text) {
    if (!DATE_TIME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "`" + text + "` is no timestamp of RFC 3339 with at most nine digits of a second");
    }
    return new Value.Timestamp(OffsetDateTime.parse(text).toInstant());
  }

  /// What is finer than a nanosecond is cut off towards the past.
  private static Value epoch(BigDecimal seconds) {
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    BigDecimal nanos = seconds.subtract(whole).movePointRight(9);
    return new Value.Timestamp(Instant.ofEpochSecond(whole.longValueExact(), nanos.longValue()));
  }
}
