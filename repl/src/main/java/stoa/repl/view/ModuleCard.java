package stoa.repl.view;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.value.Value;

/// What `stoa.describe` answers.
///
/// @param placement where it runs
/// @param state as people read it: `loaded`
/// @param protection how far others are protected from it, where it runs: maps, or nothing
/// @param limits what a copy may use, and what the busiest one uses: maps, or nothing
public record ModuleCard(
    ModuleInfo info, String placement, String state, Value protection, Value limits) {
  public static ModuleCard of(Value told) {
    Map<String, String> needs = new LinkedHashMap<>();
    told.at("needs").asMap().forEach((name, range) -> needs.put(name, range.asText()));
    List<MethodInfo> methods =
        told.at("methods").asList().stream().map(ModuleCard::method).toList();
    ModuleInfo info =
        new ModuleInfo(
            text(told, "name"),
            text(told, "version"),
            text(told, "doc"),
            methods,
            needs,
            text(told, "language"));
    return new ModuleCard(
        info,
        text(told, "placement"),
        text(told, "state"),
        told.at("protection"),
        told.at("limits"));
  }

  private static MethodInfo method(Value told) {
    return new MethodInfo(
        text(told, "name"),
        text(told, "doc"),
        told.at("parameters").asList().stream().map(ModuleCard::parameter).toList(),
        text(told, "returns"),
        told.at("streams").asBoolean(),
        told.at("idempotent").asBoolean(),
        text(told, "cached"));
  }

  private static MethodInfo.Parameter parameter(Value told) {
    return new MethodInfo.Parameter(
        text(told, "name"),
        text(told, "type"),
        text(told, "doc"),
        told.at("optional").asBoolean(),
        text(told, "fallback"),
        MethodInfo.Kind.valueOf(text(told, "kind")));
  }

  private static String text(Value told, String key) {
    return told.at(key).isNull() ? "" : told.at(key).asText();
  }

  /// The first paragraph of a text, on one line.
  public static String firstParagraph(String doc) {
    String[] paragraphs = doc.strip().split("\\n\\s*\\n", 2);
    return paragraphs[0].strip().replaceAll("\\s*\\n\\s*", " ");
  }
}
