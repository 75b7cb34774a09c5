package stoa.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import stoa.module.Language;

/// Where the SDKs stand.
///
/// @param root a folder with `javascript/` and `python/`, or empty
public record Sdk(Optional<Path> root) {
  Optional<Path> folder(Language language) {
    return root.map(r -> r.resolve(language.id())).filter(Files::isDirectory);
  }
}
