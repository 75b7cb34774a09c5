package stoa.cli.stubs;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;
import stoa.repl.view.Printable;
import stoa.value.Json;
import stoa.value.Value;

/// Texts that the files of all languages have.
final class StubText {
  private StubText() {}

  /// Who wrote the file, for its first line.
  static String origin(ModuleInfo module, Stubs language) {
    String version = module.version().isEmpty() ? "" : " " + oneLine(module.version());
    return "Typed calls of module `%s`%s, written by `stoa stubs --lang %s`. Do not edit: write it anew."
        .formatted(oneLine(module.name()), version, language.id());
  }

  /// Each method once.
  static Collection<MethodInfo> methods(ModuleInfo module) {
    Map<String, MethodInfo> methods = new LinkedHashMap<>();
    module.methods().forEach(method -> methods.putIfAbsent(method.name(), method));
    return methods.values();
  }

  /// The lines of a comment, none of them blank at the ends, without characters that move a cursor,
  /// end a line for some languages or turn the direction of writing.
  static List<String> lines(String doc) {
    return doc.replaceAll("[\\u0085\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]", " ")
        .strip()
        .lines()
        .map(line -> Printable.of(line).stripTrailing())
        .toList();
  }

  static String oneLine(String text) {
    return String.join(" ", lines(text));
  }

  /// A literal that JavaScript and Python read alike, and that is safe in a comment.
  static String quoted(String text) {
    return Json.write(new Value.Text(text));
  }

  /// What is said of a method: its doc, then what its parameters are.
  ///
  /// @param prefix of the name of a parameter
  static List<String> told(Signature method, String prefix, String behind) {
    List<String> lines = new ArrayList<>(lines(method.doc()));
    List<String> parameters =
        method.parameters().stream()
            .filter(Signature.Parameter::isRemarkable)
            .map(p -> prefix + p.name() + behind + " " + oneLine(p.remark()))
            .toList();
    if (!lines.isEmpty() && !parameters.isEmpty()) {
      lines.add("");
    }
    return Stream.concat(lines.stream(), parameters.stream()).toList();
  }
}
