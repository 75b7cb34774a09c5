package stoa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import stoa.call.Suggestion;
import stoa.sandbox.Level;

/// What `stoa.toml` says of a home. It may be empty, and mostly is.
///
/// @param minimum how well processes of its modules have to be confined
record HomeFile(Optional<Level> minimum) {
  private static final String MINIMUM = "minimum";
  private static final Set<String> KNOWN = Set.of(MINIMUM);

  /// @throws UsageException if it says something else
  static HomeFile of(Home home) {
    return home.folder()
        .map(folder -> folder.resolve(Homes.MARK))
        .filter(Files::isRegularFile)
        .map(HomeFile::read)
        .orElseGet(() -> new HomeFile(Optional.empty()));
  }

  private static HomeFile read(Path file) {
    TomlParseResult toml;
    try {
      toml = Toml.parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read `" + file + "`", e);
    }
    if (toml.hasErrors()) {
      throw wrong(file, toml.errors().getFirst().toString() + ".");
    }
    for (String key : toml.keySet()) {
      if (!KNOWN.contains(key)) {
        throw wrong(
            file,
            "there is no key `%s`. %s"
                .formatted(
                    key, Suggestion.of(key, KNOWN).orElse("It may say `minimum = \"landlock\"`.")));
      }
    }
    return new HomeFile(Optional.ofNullable(toml.get(List.of(MINIMUM))).map(id -> level(file, id)));
  }

  private static Level level(Path file, Object id) {
    return Level.named(String.valueOf(id))
        .orElseThrow(() ->
            wrong(file, "`minimum` is `%s`; it must be one of %s.".formatted(id, Level.ids())));
  }

  private static UsageException wrong(Path file, String why) {
    return new UsageException("`" + file + "`: " + why, "");
  }
}
