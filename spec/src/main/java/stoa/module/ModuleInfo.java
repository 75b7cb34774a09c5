package stoa.module;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a module says of itself.
///
/// @param version a semantic version, or empty
/// @param needs module name to a range of semantic versions
/// @param language for people and traces: `javascript`, `python`, `c`
public record ModuleInfo(
    String name,
    String version,
    String doc,
    List<MethodInfo> methods,
    Map<String, String> needs,
    String language) {
  public ModuleInfo {
    methods = List.copyOf(methods);
    needs = Map.copyOf(needs);
  }

  /// The same module, with other words on its methods.
  public ModuleInfo with(List<MethodInfo> changed) {
    return new ModuleInfo(name, version, doc, changed, needs, language);
  }

  public Optional<MethodInfo> method(String wanted) {
    return methods.stream().filter(m -> m.name().equals(wanted)).findFirst();
  }
}
