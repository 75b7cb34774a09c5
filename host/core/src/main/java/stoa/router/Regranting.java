package stoa.router;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import stoa.call.FailureException;
import stoa.grant.Policy;
import stoa.module.Placement;

/// What becomes of running modules when their grants change. A module that may do less ends and
/// starts anew, wherever it runs: with it end its channels, calls and open files. One that may do
/// more goes on; a process gets that only when it starts, so it is loaded anew.
record Regranting(Map<String, ModuleSlot> slots, ModulesFolder folder, Activation activation)
    implements Policy.Listener {
  @Override
  public void changed(String module, boolean less) {
    ModuleSlot slot = slots.get(module);
    if (slot == null) {
      return;
    }
    if (less) {
      slot.revoked();
    } else if ((slot.current().isPresent() || slot.isLoading()) && isProcess(slot)) {
      CompletableFuture<Reloaded> _ = slot.reload();
    }
  }

  private boolean isProcess(ModuleSlot slot) {
    try {
      return slot.current()
          .map(Generation::found)
          .or(() -> folder.find(slot.name()).map(activation::placed))
          .filter(found -> found.placement() != Placement.CONTEXT)
          .isPresent();
    } catch (FailureException e) {
      return false; // whoever loads it hears what is wrong
    }
  }
}
