package stoa.router;

import java.nio.file.Path;
import java.util.Optional;
import stoa.module.Language;
import stoa.module.ModuleSource;
import stoa.module.Placement;

/// A module as it was found in a modules folder, not loaded.
///
/// @param main the file that is loaded or run first
/// @param language empty: an executable
/// @param folder the folder of a module `NAME/`
public record Found(
    String name, Path main, Optional<Language> language, Optional<Path> folder, Manifest manifest) {

  /// The same module, to be run where the user wants it, if it can run there.
  Found in(Optional<Placement> forced) {
    if (forced.isEmpty() || language.isEmpty()) {
      return this;
    }
    return new Found(name, main, language, folder, manifest.in(forced));
  }

  /// Where the module runs, as its manifest or else its kind says.
  public Placement placement() {
    return language.isEmpty() ? Placement.NATIVE : manifest.placement().orElse(Placement.CONTEXT);
  }

  /// @throws IllegalStateException if it is an executable
  public ModuleSource source() {
    Language known =
        language.orElseThrow(() -> new IllegalStateException("`" + name + "` is an executable"));
    return new ModuleSource(name, main, known, folder, ModuleSource.Kind.MODULE);
  }
}
