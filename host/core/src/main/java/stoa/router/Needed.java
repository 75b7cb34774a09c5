package stoa.router;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import stoa.module.ModuleInfo;

/// How modules find those that they need.
///
/// @param loading loads a module unless it is loaded
record Needed(
    Function<String, CompletableFuture<ModuleInfo>> loading,
    Residents residents,
    Map<String, ModuleSlot> slots)
    implements Dependencies.Others {
  @Override
  public CompletableFuture<ModuleInfo> load(String name) {
    return loading.apply(name);
  }

  @Override
  public Map<String, String> needs(String name) {
    Resident resident = residents.get(name);
    if (resident != null) {
      return resident.info().needs();
    }
    ModuleSlot slot = slots.get(name);
    return slot == null
        ? Map.of()
        : slot.current().map(generation -> generation.info().needs()).orElse(Map.of());
  }
}
