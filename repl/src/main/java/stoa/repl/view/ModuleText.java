package stoa.repl.view;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.value.Value;

/// Modules and methods for people.
///
/// @param width of the terminal in columns
public record ModuleText(Paint paint, int width) {
  /// Name, facts, what it says of itself, and its methods.
  public String of(ModuleCard card) {
    ModuleInfo info = card.info();
    List<String> lines = new ArrayList<>();
    String version = info.version().isEmpty() ? "" : " " + info.version();
    String facts =
        List.of(info.language(), card.placement(), card.state()).stream()
            .filter(fact -> !fact.isEmpty())
            .collect(Collectors.joining(", "));
    lines.add(paint.bold(info.name()) + version + paint.faint("  " + facts));
    paragraph(info.doc(), "  ", lines);
    if (!info.needs().isEmpty()) {
      lines.add("  needs " + pairs(info.needs()));
    }
    if (info.methods().isEmpty()) {
      lines.add("");
      lines.add("  It has no methods.");
    }
    for (MethodInfo method : info.methods()) {
      lines.add("");
      String cached = method.cached().isEmpty() ? "" : "  cached for " + method.cached();
      lines.add("  " + signature(method) + paint.faint(cached));
      paragraph(ModuleCard.firstParagraph(method.doc()), "      ", lines);
    }
    section(
        "Protection of others from it",
        new ProtectionText(paint, width - 4).brief(card.protection()),
        lines);
    section(
        "Limits, and what its busiest copy uses of them",
        new LimitsText(width - 4).of(card.limits()),
        lines);
    return String.join("\n", lines);
  }

  private void section(String title, List<String> content, List<String> lines) {
    if (!content.isEmpty()) {
      lines.add("");
      lines.add("  " + paint.bold(title));
      content.forEach(line -> lines.add("    " + line));
    }
  }

  /// Signature, what it does, its parameters, what it returns, and a call to try.
  ///
  /// @param call how a call begins here: `stoa call `, or nothing in the shell
  public String of(String module, MethodInfo method, String call) {
    List<String> lines = new ArrayList<>();
    lines.add(paint.faint(module + ".") + signature(method));
    paragraph(method.doc(), "  ", lines);
    if (!method.parameters().isEmpty()) {
      lines.add("");
      parameters(method).render(paint, width - 2, true).ifPresent(t -> indent(t, lines));
    }
    lines.add("");
    lines.add("  " + paint.bold("answers with") + " " + answer(method));
    if (method.idempotent()) {
      lines.add("  " + paint.bold("idempotent:") + " calling it again does no harm");
    }
    if (!method.cached().isEmpty()) {
      lines.add("  " + paint.bold("cached:") + " a result is used again for " + method.cached());
    }
    lines.add("  " + paint.bold("example") + "  " + call + Example.of(module, method));
    return String.join("\n", lines);
  }

  /// A table of all modules, as `stoa.list` answers.
  public String list(Value modules) {
    boolean notes =
        modules.asList().stream().anyMatch(row -> !row.at("note").equals(new Value.Text("")));
    List<String> columns = new ArrayList<>(List.of("name", "state", "placement", "language"));
    if (notes) {
      columns.add("note");
    }
    Table table = Table.of(columns, modules.asList());
    return table.render(paint, Math.max(width, 60), true).orElseThrow();
  }

  private static String answer(MethodInfo method) {
    String type = method.returns().isEmpty() ? "a value" : method.returns();
    if (!method.streams()) {
      return type;
    }
    return method.returns().isEmpty() ? "a stream" : "a stream of " + type;
  }

  private static Table parameters(MethodInfo method) {
    boolean defaults = method.parameters().stream().anyMatch(p -> !p.fallback().isEmpty());
    List<String> columns =
        defaults ? List.of("name", "type", "default", "") : List.of("name", "type", "");
    List<Value> rows = method.parameters().stream().map(ModuleText::row).toList();
    return Table.of(columns, rows);
  }

  private static Value row(MethodInfo.Parameter parameter) {
    Map<String, Object> row = new LinkedHashMap<>();
    String optional = parameter.optional() && parameter.fallback().isEmpty() ? "optional. " : "";
    row.put("name", parameter.nameWithStars());
    row.put("type", parameter.type());
    row.put("default", parameter.fallback());
    row.put("", given(parameter.kind()) + optional + ModuleCard.firstParagraph(parameter.doc()));
    return Value.of(row);
  }

  private static String given(MethodInfo.Kind kind) {
    return switch (kind) {
      case EITHER -> "";
      case POSITIONAL -> "by position only. ";
      case NAMED -> "by name only. ";
      case REST, NAMED_REST -> "any number. ";
    };
  }

  private String signature(MethodInfo method) {
    String signature = Printable.of(method.signature());
    return paint.name(method.name()) + signature.substring(method.name().length());
  }

  private static void paragraph(String text, String indent, List<String> lines) {
    Printable.of(text).strip().lines().forEach(line -> lines.add((indent + line).stripTrailing()));
  }

  private static void indent(String text, List<String> lines) {
    text.lines().forEach(line -> lines.add("  " + line));
  }

  private static String pairs(Map<String, String> needs) {
    return needs.entrySet().stream()
        .map(need -> need.getKey() + " " + need.getValue())
        .collect(Collectors.joining(", "));
  }
}
