package stoa.module;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// Offers engines for languages. Found by [java.util.ServiceLoader]; the host compiles against
/// nothing else.
public interface EngineProvider {
  /// The languages whose libraries are on the class path.
  Set<Language> languages();

  /// Creates an engine. Cheap: nothing is started before the first load.
  ///
  /// @param cache a folder for files that the engine unpacks or compiles, created when needed.
  ///   Empty: the engine uses a private temporary folder and deletes it on close.
  Engine create(Optional<Path> cache);
}
