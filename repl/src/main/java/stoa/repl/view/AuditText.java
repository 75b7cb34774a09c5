package stoa.repl.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import stoa.value.Value;

/// What `stoa.audit` answers, for people.
///
/// @param width of the terminal in columns
public record AuditText(Paint paint, int width) {
  public String of(Value told) {
    List<String> lines = new ArrayList<>();
    String version = text(told.at("version"));
    lines.add(
        paint.bold(text(told.at("module")))
            + (version.isEmpty() ? "" : " " + version)
            + paint.faint("  " + text(told.at("placement"))));
    offers(told.at("methods"), lines);
    section("It may", List.of("", "grant", "why"), rows(told.at("may"), AuditText::may), lines);
    section(
        "It asks for, and was not granted",
        List.of("", "grant"),
        rows(told.at("asks"), AuditText::asked),
        lines);
    section(
        "It did",
        List.of("", "grant", "times", "refused", "last"),
        rows(told.at("uses"), AuditText::used),
        lines);
    besides(told, lines);
    section(
        "Objects of it that others hold",
        List.of("object", "holders", "age"),
        rows(told.at("references"), AuditText::held),
        lines);
    List<String> protection = new ProtectionText(paint, width - 2).full(told.at("enforced"));
    if (!protection.isEmpty()) {
      block("What keeps it there", String.join("\n", protection), lines);
    }
    lines.add("");
    lines.add(paint.bold("Files") + "  sha256 " + text(told.at("sha256")) + trust(told));
    return String.join("\n", lines);
  }

  private static void besides(Value told, List<String> lines) {
    long allowed = told.at("other_uses").at("allowed").asLong();
    long refused = told.at("other_uses").at("refused").asLong();
    if (allowed + refused > 0) {
      lines.add("  and %,d times other things, refused %,d".formatted(allowed, refused));
    }
    if (!text(told.at("unseen")).isEmpty()) {
      lines.add("  Not all is seen: " + text(told.at("unseen")) + ".");
    }
  }

  private String trust(Value told) {
    String trusted = text(told.at("pinned"));
    return trusted.isEmpty()
        ? paint.faint("  may change; `stoa trust " + text(told.at("module")) + "` forbids it")
        : "  pinned";
  }

  private void offers(Value methods, List<String> lines) {
    List<String> offered = new ArrayList<>();
    for (Value method : methods.asList()) {
      offered.add(Printable.of(text(method.at("signature"))));
      String doc = ModuleCard.firstParagraph(text(method.at("doc")));
      if (!doc.isEmpty()) {
        offered.add(paint.faint("    " + Printable.of(doc)));
      }
    }
    block("It offers", offered.isEmpty() ? "nothing" : String.join("\n", offered), lines);
  }

  private void section(String title, List<String> columns, List<Value> rows, List<String> lines) {
    block(
        title,
        rows.isEmpty()
            ? "nothing"
            : Table.of(columns, rows).render(paint, Math.max(width - 2, 60), true).orElseThrow(),
        lines);
  }

  private void block(String title, String text, List<String> lines) {
    lines.add("");
    lines.add(paint.bold(title));
    text.lines().forEach(line -> lines.add("  " + line));
  }

  private static List<Value> rows(Value list, Function<Value, Map<String, Object>> row) {
    return list.isNull()
        ? List.of()
        : list.asList().stream().map(row).map(Value::of).collect(Collectors.toList());
  }

  private static Map<String, Object> may(Value told) {
    Map<String, Object> row = plain(GrantText.text(told));
    row.put("why", text(told.at("why")));
    return row;
  }

  private static Map<String, Object> asked(Value told) {
    return plain(told instanceof Value.Text(String text) ? text : GrantText.text(told));
  }

  private static Map<String, Object> used(Value told) {
    Map<String, Object> row = plain(text(told.at("use")));
    row.put("times", told.at("allowed"));
    row.put("refused", told.at("refused"));
    row.put("last", told.at("last"));
    return row;
  }

  private static Map<String, Object> held(Value told) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("object", told.at("number"));
    row.put("holders", holders(told.at("holders")));
    row.put("age", told.at("age_ms").asLong() / 1000 + " s");
    return row;
  }

  private static String holders(Value holders) {
    return holders instanceof Value.Sequence(List<Value> names)
        ? names.stream().map(AuditText::text).collect(Collectors.joining(", "))
        : String.join(", ", holders.asMap().keySet());
  }

  /// A grant in plain words and as it is typed.
  private static Map<String, Object> plain(String grant) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("", GrantText.plain(grant));
    row.put("grant", GrantText.typed(grant));
    return row;
  }

  private static String text(Value value) {
    return value instanceof Value.Text(String text) ? text : "";
  }
}
