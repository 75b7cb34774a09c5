package stoa.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stoa.grant.Policy;
import stoa.grant.Protection;
import stoa.module.Grant;
import stoa.module.Placement;
import stoa.process.Confining;
import stoa.router.ModuleStatus;
import stoa.sandbox.Level;
import stoa.sandbox.Sandbox;

/// How far others are protected from modules on this machine: what `stoa.describe` and
/// `stoa.status` say.
record Guarding(Policy policy, Confining confining) {

  /// In the placement in force. What is part of the host, or came by itself with the user's rights,
  /// is kept from nothing.
  List<Map<String, Object>> of(ModuleStatus module) {
    return Placement.named(module.placement())
        .map(placement -> of(module.name(), placement))
        .map(Guarding::rows)
        .orElse(List.of());
  }

  /// The same for each placement, whatever modules there are. A native module that was granted some
  /// of the network is in `native_online`.
  Map<String, Object> byPlacement() {
    Sandbox sandbox = confining.sandbox();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(Placement.CONTEXT.id(), rows(Protection.ofContext()));
    all.put(Placement.WORKER.id(), rows(sandbox.protectionsOfWorker()));
    all.put(Placement.NATIVE.id(), rows(sandbox.protectionsOfProgram(false)));
    all.put("native_online", rows(sandbox.protectionsOfProgram(true)));
    return all;
  }

  private static List<Map<String, Object>> rows(List<Protection> protections) {
    return protections.stream().map(Protection::row).toList();
  }

  private List<Protection> of(String module, Placement placement) {
    return switch (placement) {
      case CONTEXT -> Protection.ofContext();
      case WORKER -> confining.sandbox().protectionsOfWorker();
      case NATIVE -> confining.sandbox().protectionsOfProgram(isOnline(module));
    };
  }

  private boolean isOnline(String module) {
    return !policy.granted(module).of(Grant.Kind.NET).orElse(List.of()).isEmpty();
  }

  /// The sandbox in force, and why there is no better one.
  Map<String, Object> sandbox() {
    Sandbox sandbox = confining.sandbox();
    return Map.of(
        "level", sandbox.level().id(),
        "name", sandbox.name(),
        "why", why(sandbox),
        "minimum", confining.minimum().id());
  }

  private String why(Sandbox sandbox) {
    if (confining.atMost() != Level.BUBBLEWRAP) {
      return "no better one than `%s` is wanted".formatted(confining.atMost().id());
    }
    List<String> problems = sandbox.problems(Level.BUBBLEWRAP);
    return String.join("; ", problems);
  }
}
