package stoa.value;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes one value as JSON.
final class JsonWriter {
  private static final int SHORT = 72;

  private final StringBuilder out = new StringBuilder();
  private final String indent;

  /// @param indent empty: everything on one line
  JsonWriter(String indent) {
    this.indent = indent;
  }

  String write(Value value) {
    value(value, 0);
    return out.toString();
  }

  private void value(Value value, int depth) {
    switch (value) {
      case Value.Null _ -> out.append("null");
      case Value.Bool(boolean b) -> out.append(b);
      case Value.Int(long n) -> out.append(n);
      case Value.BigInt(BigInteger n) -> out.append(n);
      case Value.Real(double d) -> real(d);
      case Value.Text(String text) -> quoted(text);
      case Value.Bytes(ByteString bytes) ->
          tagged("$bytes", Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case Value.Timestamp(Instant at) -> tagged("$timestamp", at.toString());
      case Value.Reference(String owner, long number) -> {
        out.append("{\"$reference\":{\"owner\":");
        quoted(owner);
        out.append(",\"number\":").append(number).append("}}");
      }
      case Value.Sequence(List<Value> items) -> list(items, depth);
      case Value.Dictionary(Map<String, Value> entries) -> map(entries, depth);
    }
  }

  private void real(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      tagged("$double", Double.toString(d));
    } else {
      out.append(Double.toString(d).replace('E', 'e'));
    }
  }

  private void tagged(String tag, String text) {
    out.append("{\"").append(tag).append("\":");
    quoted(text);
    out.append('}');
  }

  private void list(List<Value> items, int depth) {
    boolean broken = isLong(new Value.Sequence(items), depth);
    out.append('[');
    for (Iterator<Value> rest = items.iterator(); rest.hasNext(); ) {
      line(broken, depth + 1);
      value(rest.next(), depth + 1);
      comma(rest, broken);
    }
    line(broken, depth);
    out.append(']');
  }

  private void map(Map<String, Value> entries, int depth) {
    boolean escaped = entries.size() == 1 && entries.keySet().iterator().next().startsWith("$");
    if (escaped) {
      out.append("{\"$map\":");
    }
    boolean broken = isLong(new Value.Dictionary(entries), depth);
    out.append('{');
    for (Iterator<Map.Entry<String, Value>> rest = entries.entrySet().iterator();
        rest.hasNext(); ) {
      Map.Entry<String, Value> entry = rest.next();
      line(broken, depth + 1);
      quoted(entry.getKey());
      out.append(indent.isEmpty() ? ":" : ": ");
      value(entry.getValue(), depth + 1);
      comma(rest, broken);
    }
    line(broken, depth);
    out.append(escaped ? "}}" : "}");
  }

  private boolean isLong(Value container, int depth) {
    return !indent.isEmpty()
        && new JsonWriter("").write(container).length() + depth * indent.length() > SHORT;
  }

  private void comma(Iterator<?> rest, boolean broken) {
    if (rest.hasNext()) {
      out.append(broken || indent.isEmpty() ? "," : ", ");
    }
  }

  private void line(boolean broken, int depth) {
    if (broken) {
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // Control characters, and the two line separators and DEL that break terminals and line
          // readers.
          if (c < ' ' || c == 0x7f || c == 0x2028 || c == 0x2029) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
