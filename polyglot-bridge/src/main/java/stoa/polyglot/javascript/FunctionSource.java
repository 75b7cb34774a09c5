package stoa.polyglot.javascript;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stoa.module.MethodInfo;
import stoa.module.MethodInfo.Kind;
import stoa.polyglot.context.Method;
import stoa.polyglot.context.Method.Slot;
import stoa.value.Value;

/// Reads what a function takes from its source text. A parameter is required when it has no
/// default, stands before a rest parameter, and JSDoc does not call it optional.
final class FunctionSource {
  private static final Pattern ARROW_OF_ONE =
      Pattern.compile("^(?:async\\s+)?([A-Za-z_$][\\w$]*)\\s*=>");
  private static final Pattern BEFORE =
      Pattern.compile(
          "/\\*\\*((?:[^*]|\\*(?!/))*+)\\*/\\s*(?:export\\s+(?:default\\s+)?)?(?:(?:const|let|var)\\s+[\\w$]+\\s*=\\s*)?$");

  private FunctionSource() {}

  /// @param told `name`, `source`, `streams`
  static Method method(Value told, String module) {
    String source = told.at("source").asText();
    JsDoc doc = docBefore(module, source);
    Optional<List<String>> list = parameterList(source);
    List<MethodInfo.Parameter> parameters = new ArrayList<>();
    List<Slot> slots = new ArrayList<>();
    List<String> parts = list.orElse(List.of());
    for (int i = 0; i < parts.size(); i++) {
      add(parts.get(i), doc.parameter(i, parts.size()), parameters, slots);
    }
    boolean streams = told.at("streams").asBoolean();
    MethodInfo info =
        new MethodInfo(
            told.at("name").asText(), doc.text(), parameters, doc.returns(), streams, false);
    return new Method(info, list.map(_ -> slots));
  }

  private static void add(
      String part,
      Optional<JsDoc.Parameter> doc,
      List<MethodInfo.Parameter> parameters,
      List<Slot> slots) {
    boolean rest = part.startsWith("...");
    int equals = Scanner.find(part, '=', 0);
    String fallback = equals < 0 ? "" : part.substring(equals + 1).strip();
    String target = (equals < 0 ? part : part.substring(0, equals)).strip();
    boolean pattern = target.startsWith("{") || target.startsWith("[");
    String name =
        pattern
            ? doc.map(JsDoc.Parameter::name).orElse("options")
            : target.substring(rest ? 3 : 0).strip();
    boolean optional = equals >= 0 || rest || doc.map(JsDoc.Parameter::optional).orElse(false);
    Kind kind = rest ? Kind.REST : Kind.EITHER;
    slots.add(new Slot(name, kind, !optional, keys(target)));
    parameters.add(
        new MethodInfo.Parameter(
            name,
            doc.map(JsDoc.Parameter::type).orElse(""),
            doc.map(JsDoc.Parameter::text).orElse(""),
            optional && !rest,
            fallback.isEmpty() ? doc.map(JsDoc.Parameter::fallback).orElse("") : fallback,
            kind));
  }

  /// The names in `{a, b: c, d = 1, ...rest}`.
  private static List<String> keys(String target) {
    if (!target.startsWith("{") || !target.endsWith("}")) {
      return List.of();
    }
    List<String> keys = new ArrayList<>();
    for (String part : Scanner.split(target.substring(1, target.length() - 1), ',')) {
      if (!part.startsWith("...") && !part.startsWith("[")) {
        keys.add(part.split("[:=]", 2)[0].strip().replaceAll("^['\"]|['\"]$", ""));
      }
    }
    return keys;
  }

  /// The parameters as they are written; empty when the source is hidden, as for bound functions.
  static Optional<List<String>> parameterList(String source) {
    if (source.endsWith("{ [native code] }")) {
      return Optional.empty();
    }
    Matcher one = ARROW_OF_ONE.matcher(source);
    if (one.find() && !one.group(1).equals("async")) {
      return Optional.of(List.of(one.group(1)));
    }
    int open = Scanner.find(source, '(', 0);
    if (open < 0) {
      return Optional.empty();
    }
    Scanner scanner = new Scanner(source, open);
    scanner.skip();
    return Optional.of(Scanner.split(source.substring(open + 1, scanner.at() - 1), ','));
  }

  private static JsDoc docBefore(String module, String source) {
    int at = module.indexOf(source);
    if (at < 0) {
      return JsDoc.NONE;
    }
    Matcher before = BEFORE.matcher(module.substring(Math.max(0, at - 20_000), at));
    return before.find() ? JsDoc.parse(before.group(1)) : JsDoc.NONE;
  }
}
