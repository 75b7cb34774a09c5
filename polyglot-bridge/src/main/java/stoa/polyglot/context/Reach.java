package stoa.polyglot.context;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stoa.files.OutsideException;
import stoa.files.SafeFiles;
import stoa.module.Access;
import stoa.module.Grant;
import stoa.module.Language;
import stoa.module.ModuleSource;
import stoa.module.Surroundings;

/// Which files a module may use: its own file or folder to read, its data folder, and what was
/// granted, which is asked for at each use. On the context's thread.
///
/// A relative path is looked for in the data folder and then, to read, among the module's own
/// files.
final class Reach {
  private final ModuleSource source;
  private final Surroundings surroundings;
  private final Optional<Path> own;
  private Asked asked;
  private @Nullable Path workingFolder;
  private @Nullable Refusal refused;

  /// What held when it was last asked.
  private record Asked(Access access, SafeFiles files) {}

  /// @param path as it was asked for
  /// @param grant names where it leads
  private record Refusal(Path path, Grant grant, boolean noted) {
    Refusal toWrite() {
      return new Refusal(path, new Grant(Grant.Kind.WRITE, grant.value()), noted);
    }
  }

  /// @throws NoSuchFileException if the source does not exist
  Reach(ModuleSource source, Surroundings surroundings) throws IOException {
    this.source = source;
    this.surroundings = surroundings;
    this.own =
        source.kind() == ModuleSource.Kind.CONSOLE
            ? Optional.empty()
            : Optional.of(source.folder().orElse(source.main()).toRealPath());
    this.asked = asked(surroundings.access());
  }

  private Asked asked(Access access) {
    return new Asked(access, access.files(own.stream().toArray(Path[]::new)));
  }

  /// The files that may be used now.
  SafeFiles files() {
    Access now = surroundings.access();
    if (!now.equals(asked.access())) {
      asked = asked(now);
    }
    return asked.files();
  }

  /// The module's folder; empty for a single file.
  Optional<Path> folder() {
    return source.folder().isPresent() ? own : Optional.empty();
  }

  Optional<Path> data() {
    return surroundings.access().data();
  }

  /// The data folder, which is made if it was not there.
  Optional<Path> made() {
    Optional<Path> data = data();
    data.ifPresent(this::exists);
    return data;
  }

  // ---- what a path means ----

  /// Where relative paths start.
  Path workingFolder() {
    Path chosen = workingFolder;
    return chosen != null
        ? chosen
        : data().or(this::folder).or(() -> own.map(Path::getParent)).orElse(Path.of("/"));
  }

  /// From now on relative paths start there, and nowhere else.
  void enter(Path folder) {
    workingFolder = folder;
  }

  /// What a path means to somebody who reads.
  Path toRead(Path path) {
    Path absolute = absolute(path);
    if (path.isAbsolute() || workingFolder != null || data().isEmpty() || exists(absolute)) {
      return absolute;
    }
    return folder()
        .map(folder -> folder.resolve(path).normalize())
        .filter(this::exists)
        .orElse(absolute);
  }

  /// What a path means to somebody who writes.
  Path absolute(Path path) {
    return workingFolder().resolve(path).normalize();
  }

  private boolean exists(Path path) {
    try {
      var _ = files().readAttributes(path);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  boolean isFolder(Path path) {
    try {
      return files().readAttributes(path).isDirectory();
    } catch (IOException e) {
      return false;
    }
  }

  // ---- uses and refusals ----

  /// A file is opened, or changed: tells who keeps count if that is by a grant.
  void used(Path path, boolean write) {
    Path absolute = absolute(path);
    if (own.filter(absolute::startsWith).isPresent()
        || data().filter(absolute::startsWith).isPresent()) {
      return;
    }
    surroundings.noted(new Access.Use(grant(absolute, write), true));
  }

  /// @param wanted whether the file was to be used; else somebody looked whether it is there, as
  ///   Python's library does with many files
  AccessDeniedException refusal(OutsideException outside, boolean wanted) {
    Path path = absolute(Path.of(outside.getFile()));
    Grant grant = grant(outside.target().orElse(path), outside.write());
    boolean imports = source.language() == Language.JAVASCRIPT; // in several steps
    Refusal last = refused;
    boolean known = imports && last != null && last.grant().equals(grant);
    if ((wanted || imports) && !known) {
      surroundings.noted(new Access.Use(grant, false));
    }
    Refusal now = new Refusal(path, grant, wanted || imports);
    refused = now;
    return new AccessDeniedException(path.toString(), null, words(now));
  }

  /// Says why the file was refused that was refused last.
  ///
  /// @param path as the guest named it
  /// @param use `r` to read, `w` to write, `?` to look whether it is there
  /// @return empty if this one was not refused
  Optional<String> why(String path, char use) {
    Refusal last = use == 'w' && refused != null ? refused.toWrite() : refused;
    if (last == null || !last.path().equals(absolute(Path.of(path)))) {
      return Optional.empty();
    }
    if (use != '?' && !last.noted()) {
      surroundings.noted(new Access.Use(last.grant(), false));
    }
    refused = null;
    return Optional.of(words(last));
  }

  private static Grant grant(Path path, boolean write) {
    return new Grant(write ? Grant.Kind.WRITE : Grant.Kind.READ, path.toString());
  }

  private String words(Refusal refusal) {
    if (source.kind() != ModuleSource.Kind.MODULE) {
      return "A script opens no files itself. Use stoa.read, stoa.lines, stoa.csv, stoa.json and"
          + " stoa.write.";
    }
    var missing = refusal.grant().missingFor(source.name());
    String path = refusal.path().toString();
    String message =
        refusal.grant().value().equals(path)
            ? missing.message()
            : missing.message().replaceFirst("\\.$", "") + OutsideException.over(refusal.path());
    return message + " " + missing.help();
  }
}
