package stoa.router;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stoa.module.MethodInfo;
import stoa.module.ModuleInfo;

/// A module that was loaded anew, and how it differs from what it was.
///
/// @param before empty: it was not loaded
/// @param misfits what loaded modules need of it that it no longer is: `app needs text ^1.2`
public record Reloaded(Optional<ModuleInfo> before, ModuleInfo now, List<String> misfits) {
  public Reloaded {
    misfits = List.copyOf(misfits);
  }

  Reloaded with(List<String> found) {
    return new Reloaded(before, now, found);
  }

  /// A method that is called in another way than before.
  public record Changed(MethodInfo before, MethodInfo now) {}

  /// Methods that were not there before.
  public List<MethodInfo> added() {
    return before.map(was -> missing(now, was)).orElse(List.of());
  }

  /// Methods that are there no more.
  public List<MethodInfo> removed() {
    return before.map(was -> missing(was, now)).orElse(List.of());
  }

  /// Methods whose signature is another one.
  public List<Changed> changed() {
    List<Changed> changed = new ArrayList<>();
    for (MethodInfo method : now.methods()) {
      before
          .flatMap(was -> was.method(method.name()))
          .filter(was -> !was.signature().equals(method.signature()))
          .ifPresent(was -> changed.add(new Changed(was, method)));
    }
    return changed;
  }

  private static List<MethodInfo> missing(ModuleInfo in, ModuleInfo from) {
    return in.methods().stream().filter(m -> from.method(m.name()).isEmpty()).toList();
  }

  /// `added add(a, b); removed sum(list)`, or nothing.
  public String text() {
    List<String> parts = new ArrayList<>();
    added().forEach(method -> parts.add("added " + method.signature()));
    removed().forEach(method -> parts.add("removed " + method.signature()));
    changed()
        .forEach(change ->
            parts.add(change.before().signature() + " is now " + change.now().signature()));
    return String.join("; ", parts);
  }
}
