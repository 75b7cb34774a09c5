package stoa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stoa.daemon.RunFolder;
import stoa.grant.GrantsFile;
import stoa.repl.view.GrantText;
import stoa.repl.view.Printable;

/// A folder of modules, and where what belongs to it stands.
///
/// A folder of modules that somebody sends must not grant itself anything. So only a home that the
/// user has named as one, or trusts, keeps what its modules may do beside them; of all other
/// folders it is kept where only the user writes.
///
/// @param folder the home that it is; empty: a mere folder of modules
/// @param state where `grants.toml` and `data/` are
record Home(Path modules, Optional<Path> folder, Path state) {
  private static final String GRANTS = "grants.toml";

  /// A folder with `modules/`.
  static Home at(Path folder) {
    return new Home(folder.resolve(Homes.MODULES), Optional.of(folder), folder);
  }

  /// A mere folder of modules.
  static Home of(Path modules, UserFolders folders) {
    Path states = folders.data().resolve("folders");
    return new Home(modules, Optional.empty(), RunFolder.of(states, modules).path());
  }

  /// As people call it.
  String called() {
    return folder.isPresent() ? "this home" : "this folder of modules";
  }

  /// The file in which the user says what the modules may do. It need not exist.
  Path grants() {
    return state.resolve(GRANTS);
  }

  /// Where each module has a folder of its own. It need not exist.
  Path data() {
    return state.resolve("data");
  }

  /// A file that says what the modules may do, and that nobody listens to: it came with the folder.
  Optional<Path> ignored() {
    return Optional.ofNullable(modules.getParent())
        .map(parent -> parent.resolve(GRANTS))
        .filter(file -> folder.isEmpty() && Files.exists(file));
  }

  /// What the modules may do already, for people: a home may come from somebody else. Empty:
  /// nothing.
  Optional<String> granted() {
    try {
      Map<String, GrantsFile.Entry> entries = new TreeMap<>(new GrantsFile(grants()).read());
      entries.values().removeIf(entry -> entry.grants().all().isEmpty());
      return entries.isEmpty() ? Optional.empty() : Optional.of(granted(entries));
    } catch (IOException | IllegalArgumentException e) {
      return problem();
    }
  }

  /// What is wrong with the file, so that nothing is granted. Empty: nothing is.
  Optional<String> problem() {
    try {
      var _ = new GrantsFile(grants()).read();
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of("nothing is granted while the file is wrong: " + e.getMessage());
    }
  }

  private String granted(Map<String, GrantsFile.Entry> entries) {
    List<String> lines = new ArrayList<>();
    lines.add("Its `grants.toml` lets");
    entries.forEach((module, entry) ->
        entry
            .grants()
            .all()
            .forEach(grant ->
                lines.add("  %s  %s".formatted(Printable.of(module), GrantText.plain(grant)))));
    return String.join("\n", lines);
  }

  /// Says in the state of a folder whose it is, once there is any: its name is a number.
  void sign() {
    Path sign = state.resolve("folder");
    if (folder.isPresent() || !Files.isDirectory(state) || Files.exists(sign)) {
      return;
    }
    try {
      Files.write(sign, List.of(Homes.real(modules).toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write `" + sign + "`", e);
    }
  }
}
