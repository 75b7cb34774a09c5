package stoa.polyglot.javascript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A documentation comment in the JSDoc convention.
///
/// @param text the description, before the first tag
/// @param returns the type of `@returns` or `@yields`
record JsDoc(String text, List<Parameter> parameters, String returns) {
  static final JsDoc NONE = new JsDoc("", List.of(), "");

  private static final Pattern NAME =
      Pattern.compile(
          "^(\\[)?\\s*([\\w$.]+)\\s*(?:=\\s*([^\\]]*))?\\]?\\s*-?\\s*(.*)$", Pattern.DOTALL);
  private static final Pattern LEADING_BLOCK =
      Pattern.compile(
          "^(?:#![^\\n]*\\n)?\\s*/\\*\\*?((?:[^*]|\\*(?!/))*+)\\*/([ \\t]*\\r?\\n)?([ \\t]*\\r?\\n)?\\s*(\\w*)");
  private static final Pattern LEADING_LINES =
      Pattern.compile("^(?:#![^\\n]*\\n)?\\s*((?://[^\\n]*\\n?)+)");

  /// A tag begins a line; the usual ones may also follow on text, as in comments of one line.
  private static final Pattern TAG =
      Pattern.compile("(?m)^\\s*@|(?<=\\s)@(?=(?:param|arg|argument|returns?|yields?)\\b)");

  record Parameter(String name, String type, boolean optional, String fallback, String text) {}

  static JsDoc parse(String comment) {
    String[] parts = TAG.split(bare(comment), -1);
    List<Parameter> parameters = new ArrayList<>();
    String returns = "";
    for (int i = 1; i < parts.length; i++) {
      String[] tag = parts[i].split("\\s+", 2);
      String rest = tag.length > 1 ? tag[1].strip() : "";
      switch (tag[0]) {
        case "param", "arg", "argument" -> parameter(rest).ifPresent(parameters::add);
        case "returns", "return", "yields", "yield" -> returns = typeOf(rest);
        default -> {} // other tags say nothing that a caller needs
      }
    }
    return new JsDoc(parts[0].strip(), parameters, returns);
  }

  /// What stands at the top of a file, unless it documents the first export.
  static String ofModule(String source) {
    Matcher block = LEADING_BLOCK.matcher(source);
    if (block.find()) {
      boolean ofExport = block.group(3) == null && block.group(4).equals("export");
      boolean named = block.group(1).contains("@module") || block.group(1).contains("@file");
      return ofExport && !named ? "" : parse(block.group(1)).text();
    }
    Matcher lines = LEADING_LINES.matcher(source);
    return lines.find() ? lines.group(1).replaceAll("(?m)^\\s*// ?", "").strip() : "";
  }

  /// @param count how many parameters the function has: with another number of tags, positions mean
  ///   nothing
  Optional<Parameter> parameter(int index, int count) {
    List<Parameter> whole = parameters.stream().filter(p -> !p.name().contains(".")).toList();
    return whole.size() == count ? Optional.of(whole.get(index)) : Optional.empty();
  }

  private static Optional<Parameter> parameter(String tag) {
    String type = typeOf(tag);
    Matcher match = NAME.matcher(afterType(tag));
    if (!match.matches()) {
      return Optional.empty();
    }
    String fallback = match.group(3) == null ? "" : match.group(3).strip();
    boolean optional = match.group(1) != null || type.endsWith("=");
    return Optional.of(
        new Parameter(
            match.group(2),
            type.replaceFirst("^\\.\\.\\.", "").replaceFirst("=$", ""),
            optional,
            fallback,
            match.group(4).strip().replaceAll("\\s+", " ")));
  }

  private static String typeOf(String tag) {
    return tag.startsWith("{") ? tag.substring(1, typeEnd(tag) - 1).strip() : "";
  }

  private static String afterType(String tag) {
    return tag.startsWith("{") ? tag.substring(typeEnd(tag)).strip() : tag;
  }

  /// Types have braces of their own: `{{a: number}}`.
  private static int typeEnd(String tag) {
    Scanner scanner = new Scanner(tag, 0);
    scanner.skip();
    return scanner.at();
  }

  private static String bare(String comment) {
    return comment.replaceAll("(?m)^[ \\t]*\\*? ?", "").strip();
  }
}
