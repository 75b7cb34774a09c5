package stoa.router;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;

/// The modules that are not loaded from the folder, by name: no two share one, and none has that of
/// a file. Any thread.
final class Residents {
  private final ModulesFolder folder;
  private final Map<String, Resident> all = new ConcurrentHashMap<>();

  Residents(ModulesFolder folder) {
    this.folder = folder;
  }

  @Nullable Resident get(String name) {
    return all.get(name);
  }

  Set<String> names() {
    return all.keySet();
  }

  /// @throws FailureException NAME_TAKEN if there is a module of that name; BAD_ARGUMENT if it is
  ///   none
  void settle(Resident module) {
    String name = module.info().name();
    mayTake(name);
    Resident holder = all.putIfAbsent(name, module);
    if (holder != null) {
      throw taken(name, holder.whose());
    }
  }

  void remove(Resident module) {
    all.remove(module.info().name(), module);
  }

  /// Whether somebody who comes now may go by a name; later it may be taken.
  ///
  /// @throws FailureException as [#settle]
  void mayTake(String name) {
    if (!ModulesFolder.isName(name)) {
      throw new FailureException(
          Failure.of(
              Code.BAD_ARGUMENT,
              "`" + name + "` is no name for a module.",
              "Use a-z, 0-9, - and _, beginning with a letter."));
    }
    if (folder.names().contains(name)) {
      throw taken(name, "it is a file in " + folder.folder());
    }
    Resident holder = all.get(name);
    if (holder != null) {
      throw taken(name, holder.whose());
    }
  }

  private static FailureException taken(String name, String holder) {
    return new FailureException(
        Failure.of(
            Code.NAME_TAKEN,
            Failure.Description.of(
                    "there is a module `" + name + "` already: " + holder + ".",
                    "Choose another name, or end the other one.")
                .with(Map.of("holder", holder))));
  }
}
