package stoa.router;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.call.Suggestion;
import stoa.module.Language;
import stoa.sandbox.Level;

/// The folder that modules are placed in. Looked at anew each time: a file placed while the host
/// runs is found.
public final class ModulesFolder {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

  /// How a single file, or the main file of a folder, may end.
  private static final List<String> ENDINGS = List.of(".mjs", ".js", ".py", "");

  private final Path folder;

  public ModulesFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  public Path folder() {
    return folder;
  }

  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /// The names of all modules in the folder, broken ones included, in order.
  public List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        nameOf(entry).ifPresent(names::add);
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // A folder that is not there yet has no modules.
      return List.of();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    return List.copyOf(names);
  }

  /// Whether there is a module of this language, by the names of files. A folder that cannot be
  /// read has none.
  public boolean has(Language language) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (nameOf(entry).isPresent() && isOf(entry, language)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException _) {
      return false;
    }
  }

  private static boolean isOf(Path entry, Language language) {
    Stream<Path> files =
        Files.isDirectory(entry) ? mains(entry, "main").stream() : Stream.of(entry);
    return files.anyMatch(file -> languageOf(file).filter(language::equals).isPresent());
  }

  private static Optional<String> nameOf(Path entry) {
    String file = String.valueOf(entry.getFileName());
    for (String ending : ENDINGS) {
      String name = file.substring(0, Math.max(0, file.length() - ending.length()));
      boolean fits = file.endsWith(ending) && isName(name);
      if (fits && (ending.isEmpty() ? folderOrProgram(entry) : Files.isRegularFile(entry))) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  private static boolean folderOrProgram(Path entry) {
    return Files.isDirectory(entry)
        ? mains(entry, "main").size() > 0
        : Files.isRegularFile(entry) && Files.isExecutable(entry);
  }

  /// Why there is no module of that name, and what to do.
  ///
  /// @param known the names that there are
  public Failure missing(String name, List<String> known) {
    if (!isName(name)) {
      return Failure.of(
          Code.NO_SUCH_MODULE,
          "`" + name + "` is no name for a module.",
          "Names are a-z, 0-9, - and _, begin with a letter, and have at most 63 characters.");
    }
    if (isWithoutMain(name)) {
      return Failure.of(
          Code.NO_SUCH_MODULE,
          "`%s` in %s is a folder without a main file.".formatted(name, folder),
          "Put `main.mjs`, `main.js`, `main.py` or an executable `main` into it; one that is"
              + " compiled has to be built first.");
    }
    String next =
        Suggestion.of(name, known)
            .orElse(
                "Put a file `%s.js`, `%s.py` or an executable `%s` there; `stoa ls` shows what there is."
                    .formatted(name, name, name));
    return Failure.of(
        Code.NO_SUCH_MODULE, "there is no module `" + name + "` in " + folder + ".", next);
  }

  /// Whether there is a folder of that name in which nothing can be loaded.
  private boolean isWithoutMain(String name) {
    Path own = folder.resolve(name);
    return isName(name) && Files.isDirectory(own) && mains(own, "main").isEmpty();
  }

  /// @return empty if there is no such module
  /// @throws FailureException LOAD_FAILED if what is there cannot be a module
  public Optional<Found> find(String name) {
    if (!isName(name)) {
      return Optional.empty();
    }
    List<Path> files = new ArrayList<>(mains(folder, name));
    Path own = folder.resolve(name);
    boolean isFolder = Files.isDirectory(own);
    if (isFolder && mains(own, "main").size() > 0) {
      files.add(own);
    }
    if (files.isEmpty()) {
      return Optional.empty();
    }
    if (files.size() > 1) {
      throw ambiguous(name, files);
    }
    return Optional.of(
        isFolder && files.contains(own) ? ofFolder(name, own) : ofFile(name, files.getFirst()));
  }

  /// How well the processes of a module have to be confined, as its manifest says.
  ///
  /// @throws FailureException LOAD_FAILED if that cannot be read
  public Level minimum(String name) {
    return find(name).map(found -> found.manifest().minimum()).orElse(Level.NONE);
  }

  private static List<Path> mains(Path in, String stem) {
    return ENDINGS.stream()
        .map(ending -> in.resolve(stem + ending))
        .filter(Files::isRegularFile)
        .filter(file -> languageOf(file).isPresent() || Files.isExecutable(file))
        .toList();
  }

  private static Found ofFile(String name, Path file) {
    return new Found(name, file, languageOf(file), Optional.empty(), Manifest.NONE);
  }

  private static Found ofFolder(String name, Path own) {
    List<Path> mains = mains(own, "main");
    if (mains.size() > 1) {
      throw ambiguous(name, mains);
    }
    try {
      Manifest manifest = Manifest.read(own.resolve("module.toml"));
      Path main = mains.getFirst();
      return new Found(name, main, languageOf(main), Optional.of(own), manifest);
    } catch (IllegalArgumentException e) {
      throw new FailureException(
          Failure.of(
              Code.LOAD_FAILED,
              "the manifest of `" + name + "` is wrong: " + e.getMessage() + ".",
              "Correct the file; the next call tries again."),
          e);
    } catch (IOException e) {
      throw unreadable(own, e);
    }
  }

  private static Optional<Language> languageOf(Path file) {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".mjs") || name.endsWith(".js")) {
      return Optional.of(Language.JAVASCRIPT);
    }
    return name.endsWith(".py") ? Optional.of(Language.PYTHON) : Optional.empty();
  }

  private static FailureException ambiguous(String name, List<Path> files) {
    return new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            "`" + name + "` is in the modules folder more than once: " + files + ".",
            "Keep one of them, or rename one."));
  }

  private static FailureException unreadable(Path path, IOException e) {
    return new FailureException(
        Failure.of(
            Code.LOAD_FAILED,
            "cannot read " + path + ": " + e.getMessage() + ".",
            "Check that it exists and that you may read it."),
        e);
  }
}
